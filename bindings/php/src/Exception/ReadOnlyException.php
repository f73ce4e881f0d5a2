<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * The file or the handle cannot be written.
 */
final class ReadOnlyException extends HabeasException
{
}

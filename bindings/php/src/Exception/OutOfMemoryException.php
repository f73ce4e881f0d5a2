<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * Memory ran out; nothing was changed.
 */
final class OutOfMemoryException extends HabeasException
{
}

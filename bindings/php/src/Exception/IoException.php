<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * The operating system failed to read or write.
 */
final class IoException extends HabeasException
{
}

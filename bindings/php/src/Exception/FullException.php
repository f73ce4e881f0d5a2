<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * The disk is full, or an answer larger than a line of the child process.
 */
final class FullException extends HabeasException
{
}

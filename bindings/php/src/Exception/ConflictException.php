<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * What was to be changed is not as it was read.
 */
final class ConflictException extends HabeasException
{
}

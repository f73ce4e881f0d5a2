<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * This subject was erased.
 */
final class ErasedException extends HabeasException
{
}

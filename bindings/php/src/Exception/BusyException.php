<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * Another writer or reader holds the store; try again.
 */
final class BusyException extends HabeasException
{
}

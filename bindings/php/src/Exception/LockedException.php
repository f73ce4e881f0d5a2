<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * A foreign program holds the database file, or this process has it open with another SQLite.
 */
final class LockedException extends HabeasException
{
}

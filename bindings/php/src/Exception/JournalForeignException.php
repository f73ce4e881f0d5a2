<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * The restore journal is of another store, or damaged.
 */
final class JournalForeignException extends HabeasException
{
}

<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * The database file is damaged.
 */
final class CorruptException extends HabeasException
{
}

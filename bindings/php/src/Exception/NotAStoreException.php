<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * Not a database, or a database of another program.
 */
final class NotAStoreException extends HabeasException
{
}

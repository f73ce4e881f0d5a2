<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * The restore journal is not there.
 */
final class JournalMissingException extends HabeasException
{
}

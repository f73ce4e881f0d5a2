<?php

declare(strict_types=1);

namespace Habeas\Exception;

use Habeas\Status;

/**
 * What every call may throw. Messages name the place and the remedy, and hold no personal data.
 */
abstract class HabeasException extends \RuntimeException
{
    final public function __construct(
        string $message,
        public readonly Status $status,
        /** The argument, field, JSON pointer or path; may be empty. */
        public readonly string $where = '',
        ?\Throwable $previous = null,
        /** What the call gave although a callback failed, such as the report of a run. */
        public readonly mixed $result = null,
    ) {
        parent::__construct($message, 0, $previous);
    }

    public static function of(
        Status $status,
        string $where,
        string $message,
        ?\Throwable $previous = null,
    ): self {
        $class = $status->exception();
        return new $class($message, $status, $where, $previous);
    }
}

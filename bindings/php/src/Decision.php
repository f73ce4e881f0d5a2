<?php

declare(strict_types=1);

namespace Habeas;

/**
 * The answer to: may this subject be processed for this purpose over this channel?
 */
final class Decision
{
    public function __construct(
        public readonly int $subject,
        public readonly bool $allowed,
        /** A code, such as CONSENT_WITHDRAWN. */
        public readonly string $reason,
        /** The articles it rests on, such as "GDPR 7(3)". */
        public readonly string $reference,
        /** The ledger event that decided; null where none did. */
        public readonly ?int $event,
        /** The answer may change then without any new event. */
        public readonly ?\DateTimeImmutable $holdsUntil,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $document
     */
    public static function of(array $document): self
    {
        return new self(
            $document['subject'],
            $document['allowed'],
            $document['reason'],
            $document['reference'],
            $document['event'] ?: null,
            $document['holds_until'] === null ? null : Time::parse($document['holds_until']),
        );
    }

    /**
     * @internal
     * @param array{bool, string, string, int, int} $found
     */
    public static function direct(int $subject, array $found): self
    {
        [$allowed, $reason, $reference, $event, $until] = $found;
        return new self(
            $subject,
            $allowed,
            $reason,
            $reference,
            $event ?: null,
            $until === 0 ? null : Time::ofMilliseconds($until),
        );
    }
}

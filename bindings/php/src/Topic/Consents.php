<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Channel;
use Habeas\ConsentState;
use Habeas\Json;

/**
 * The ledger of consent: everything that can change a decision is an event, and none is ever
 * changed.
 */
final class Consents extends Topic
{
    /**
     * Appends an event: ['subject' => 1, 'kind' => EventKind::Granted, 'purpose' => 'newsletter',
     * 'channel' => Channel::Email, 'evidence' => ['method' => 'form', 'text_version' => 1]] (the
     * shape of schema history); its number.
     *
     * @param array<string, mixed> $event
     */
    public function record(array $event): int
    {
        return $this->connection->call('consent.record', ['event' => Json::object($event)]);
    }

    /**
     * Appends many, all or none; their numbers.
     *
     * @param list<mixed> $events
     * @return array<array-key, mixed>
     */
    public function recordMany(array $events): array
    {
        return $this->connection->call('consent.record_many', ['events' => $events]);
    }

    /** The consent field. It is no permission: ask Decisions::mayProcess(). */
    public function state(int $subject, string $purpose, ?Channel $channel = null): ConsentState
    {
        return ConsentState::from($this->connection->call(
            'consent.state',
            ['subject' => $subject, 'purpose' => $purpose, 'channel' => $channel],
        ));
    }

    /**
     * The subject's ledger in order of effect (schema history).
     *
     * @return array<array-key, mixed>
     */
    public function history(int $subject): array
    {
        return $this->connection->call('consent.history', ['subject' => $subject]);
    }

    /**
     * For the person. format: iso_27560 (unless said) or kantara_1_1.
     *
     * @return array<array-key, mixed>
     */
    public function receipt(int $event, ?string $format = null): array
    {
        return $this->connection->call('consent.receipt', ['event' => $event, 'format' => $format]);
    }
}

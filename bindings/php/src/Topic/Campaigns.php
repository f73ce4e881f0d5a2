<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;
use Habeas\Signal;

/**
 * What is done about people, step by step.
 */
final class Campaigns extends Topic
{
    /**
     * Declares a campaign or its next version; its number (schema campaign).
     *
     * @param array<string, mixed> $campaign
     */
    public function define(array $campaign): int
    {
        return $this->connection->call('campaign.define', ['campaign' => Json::object($campaign)]);
    }

    /** Who is on the way goes on with the latest version. */
    public function adopt(string $code): void
    {
        $this->connection->call('campaign.adopt', ['code' => $code]);
    }

    /** Also after a pause. */
    public function publish(string $code): void
    {
        $this->connection->call('campaign.publish', ['code' => $code]);
    }

    /** Until it is published again. */
    public function pause(string $code, ?string $reason = null): void
    {
        $this->connection->call('campaign.pause', ['code' => $code, 'reason' => $reason]);
    }

    /** What was pending is stopped, for good. */
    public function retire(string $code): void
    {
        $this->connection->call('campaign.retire', ['code' => $code]);
    }

    /**
     * Schema campaign_list.
     *
     * @return array<array-key, mixed>
     */
    public function all(): array
    {
        return $this->connection->call('campaign.list');
    }

    /**
     * Schema campaign_info.
     *
     * @return array<array-key, mixed>
     */
    public function find(string $code): array
    {
        return $this->connection->call('campaign.find', ['code' => $code]);
    }

    /** By hand. */
    public function enrol(string $code, int $subject): void
    {
        $this->connection->call('campaign.enrol', ['code' => $code, 'subject' => $subject]);
    }

    /** Stops what is pending for the subject. */
    public function removeMember(string $code, int $subject): void
    {
        $this->connection->call('campaign.remove_member', ['code' => $code, 'subject' => $subject]);
    }

    /**
     * The only clock of campaigns: does what is due (schemas campaign_run_options,
     * campaign_run_report).
     *
     * @param array<string, mixed>|null $options
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<array-key, mixed>
     */
    public function run(?array $options = null, ?callable $progress = null): array
    {
        return $this->connection->call(
            'campaign.run',
            ['options' => Json::object($options)],
            ['progress' => $progress],
        );
    }

    /** What a person did: decisions that wait for it follow. */
    public function recordSignal(
        int $subject,
        Signal $kind,
        string $key,
        ?\DateTimeInterface $at = null,
    ): void {
        $this->connection->call(
            'campaign.record_signal',
            ['subject' => $subject, 'kind' => $kind, 'key' => $key, 'at' => $at],
        );
    }

    /**
     * What would happen between two times if nobody did anything (schema simulation).
     *
     * @return array<array-key, mixed>
     */
    public function simulate(
        \DateTimeInterface $from,
        \DateTimeInterface $to,
        ?string $code = null,
        ?int $limit = null,
    ): array {
        return $this->connection->call(
            'campaign.simulate',
            ['from' => $from, 'to' => $to, 'code' => $code, 'limit' => $limit],
        );
    }

    /**
     * How often each event came to which outcome (schema event_counts).
     *
     * @return array<array-key, mixed>
     */
    public function counts(string $code): array
    {
        return $this->connection->call('campaign.counts', ['code' => $code]);
    }

    /** The tree with its counts, as text. */
    public function show(string $code): string
    {
        return $this->connection->call('campaign.show', ['code' => $code]);
    }

    /** The same as a drawing. */
    public function svg(string $code): string
    {
        return $this->connection->call('campaign.show_svg', ['code' => $code]);
    }

    /**
     * What an event "call_host" asks, as long as this store is open: a callable that gets subject,
     * key, name, campaign, event and data. A step that throws was not done, and is tried again
     * later with the same key.
     *
     * @param (callable(array<string, mixed>): mixed)|null $host
     */
    public function attachHost(?callable $host): void
    {
        $this->connection->call($host === null ? 'campaign.detach' : 'campaign.attach');
        $this->connection->attach(
            'campaign.host',
            $host === null ? null : static function (array $call) use ($host): mixed {
                $host($call);
                return null;
            },
        );
    }
}

<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;

/**
 * The register of breaches (arts. 33, 34): what, whom, how many, the 72 hours, who was told.
 */
final class Breaches extends Topic
{
    /**
     * Records a breach, or what is known of it by now (schema breach); a filter that is new or
     * differs is evaluated at once.
     *
     * @param array<string, mixed> $breach
     */
    public function define(array $breach): void
    {
        $this->connection->call('breach.define', ['breach' => Json::object($breach)]);
    }

    /** Evaluates its filter again. */
    public function recount(string $code): void
    {
        $this->connection->call('breach.recount', ['code' => $code]);
    }

    /** $risk: none, risk (the authority is told) or high (the persons, too). */
    public function assess(string $code, string $risk, string $reason): void
    {
        $this->connection->call('breach.assess', ['code' => $code, 'risk' => $risk, 'reason' => $reason]);
    }

    /**
     * The authority was told (schema breach_notice); each call is a phase (art. 33(4)).
     *
     * @param array<string, mixed> $notice
     */
    public function notify(string $code, array $notice = []): void
    {
        $this->connection->call('breach.notify', ['code' => $code, 'notice' => Json::object($notice)]);
    }

    /**
     * Queues a message to each person who was not told yet, $limit at most; 0: all of them.
     *
     * @return array<array-key, mixed> schema breach_told
     */
    public function tell(string $code, string $template, int $limit = 0): array
    {
        return $this->connection->call('breach.tell', ['code' => $code, 'template' => $template, 'limit' => $limit]);
    }

    /**
     * All were told otherwise, or need not be (art. 34(3); schema breach_communication).
     *
     * @param array<string, mixed> $communication
     */
    public function inform(string $code, array $communication): void
    {
        $this->connection->call(
            'breach.inform',
            ['code' => $code, 'communication' => Json::object($communication)],
        );
    }

    /** Kept in its journal; no names of persons. */
    public function note(string $code, string $note): void
    {
        $this->connection->call('breach.note', ['code' => $code, 'note' => $note]);
    }

    /** Refused while something is missing that art. 33 or 34 asks for. */
    public function close(string $code, string $note = ''): void
    {
        $this->connection->call('breach.close', ['code' => $code, 'note' => $note]);
    }

    /** It was no breach of personal data. */
    public function dismiss(string $code, string $reason): void
    {
        $this->connection->call('breach.dismiss', ['code' => $code, 'reason' => $reason]);
    }

    /** Something new is known of a closed one. */
    public function reopen(string $code, string $reason): void
    {
        $this->connection->call('breach.reopen', ['code' => $code, 'reason' => $reason]);
    }

    /**
     * The record with all of art. 33(3), its journal and what is missing (schema breach_record).
     *
     * @return array<array-key, mixed>
     */
    public function get(string $code): array
    {
        return $this->connection->call('breach.get', ['code' => $code]);
    }

    /** The same as one HTML page in English, for a supervisory authority. */
    public function html(string $code): string
    {
        return $this->connection->call('breach.html', ['code' => $code]);
    }

    /**
     * The register, the most urgent first (schema breach_list).
     *
     * @param array<string, mixed> $query schema breach_query: open_only, within_hours
     * @return array<array-key, mixed>
     */
    public function all(array $query = []): array
    {
        return $this->connection->call('breach.list', ['query' => Json::object($query)]);
    }

    /**
     * The numbers of the persons concerned, without the erased; $untold: those not told yet.
     *
     * @return \Generator<int, int>
     */
    public function persons(string $code, bool $untold = false): \Generator
    {
        yield from $this->walk($this->connection->call('breach.persons', ['code' => $code, 'untold' => $untold]), true);
    }
}

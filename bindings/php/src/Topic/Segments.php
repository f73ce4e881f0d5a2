<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;

/**
 * Saved filters over subjects, and their members.
 */
final class Segments extends Topic
{
    /**
     * Declares a segment or changes it (schema segment).
     *
     * @param array<string, mixed> $segment
     */
    public function define(array $segment): void
    {
        $this->connection->call('segment.define', ['segment' => Json::object($segment)]);
    }

    /** Not while a segment's filter, a form, a campaign or a rule names it. */
    public function remove(string $code): void
    {
        $this->connection->call('segment.remove', ['code' => $code]);
    }

    /**
     * Schema segment_list.
     *
     * @return array<array-key, mixed>
     */
    public function all(): array
    {
        return $this->connection->call('segment.list');
    }

    /**
     * Schema segment_info.
     *
     * @return array<array-key, mixed>
     */
    public function find(string $code): array
    {
        return $this->connection->call('segment.find', ['code' => $code]);
    }

    /**
     * Brings the members up to date (schema refresh_report).
     *
     * @return array<array-key, mixed>
     */
    public function refresh(string $code, ?bool $full = null): array
    {
        return $this->connection->call('segment.refresh', ['code' => $code, 'full' => $full]);
    }

    /**
     * The same for all, in order of dependency (schema refresh_reports).
     *
     * @return array<array-key, mixed>
     */
    public function refreshAll(?bool $full = null): array
    {
        return $this->connection->call('segment.refresh_all', ['full' => $full]);
    }

    /** By hand, and lasting. */
    public function add(string $code, int $subject): void
    {
        $this->connection->call('segment.add', ['code' => $code, 'subject' => $subject]);
    }

    /** Not a member, whatever the filter says. */
    public function removeMember(string $code, int $subject): void
    {
        $this->connection->call('segment.remove_member', ['code' => $code, 'subject' => $subject]);
    }

    /** What was done by hand counts no longer. */
    public function reset(string $code, int $subject): void
    {
        $this->connection->call('segment.reset', ['code' => $code, 'subject' => $subject]);
    }

    /** As of the last refresh. */
    public function contains(string $code, int $subject): bool
    {
        return $this->connection->call('segment.contains', ['code' => $code, 'subject' => $subject]);
    }

    /**
     * Their numbers, in order, as they are at this moment.
     *
     * @return \Generator<int, int>
     */
    public function members(string $code): \Generator
    {
        yield from $this->walk($this->connection->call('segment.members', ['code' => $code]), true);
    }

    /**
     * The numbers of those who match a filter now, without a segment.
     *
     * @param array<string, mixed> $filter
     * @return \Generator<int, int>
     */
    public function match(array $filter): \Generator
    {
        yield from $this->walk($this->connection->call('segment.match', ['filter' => Json::object($filter)]), true);
    }

    /**
     * How many match a filter now.
     *
     * @param array<string, mixed> $filter
     */
    public function count(array $filter): int
    {
        return $this->connection->call('segment.count', ['filter' => Json::object($filter)]);
    }

    /**
     * The SQL of a segment, and why one subject is in or out (schema segment_explanation).
     *
     * @return array<array-key, mixed>
     */
    public function explain(string $code, ?int $subject = null): array
    {
        return $this->connection->call('segment.explain', ['code' => $code, 'subject' => $subject]);
    }

    /**
     * The flat list with `glue` that Mautic stores, as a tree.
     *
     * @param list<mixed> $list
     * @return array<array-key, mixed>
     */
    public function fromGlueList(array $list): array
    {
        return $this->connection->call('segment.from_glue_list', ['list' => $list]);
    }
}

<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Blank;
use Habeas\Json;
use Habeas\OnMatch;
use Habeas\Subject;

/**
 * Data subjects (art. 4(1)). Identifiers are a kind ("email", "phone" or "external:<system>") and
 * a value as people type it.
 */
final class Subjects extends Topic
{
    /**
     * Creates a subject: ['fields' => [...], 'identifiers' => [...]] (schema subject_input).
     *
     * @param array<string, mixed> $input
     */
    public function create(array $input): int
    {
        return $this->connection->call('subject.create', ['input' => Json::object($input)]);
    }

    /** The number of somebody who was merged gives the surviving subject. */
    public function get(int $subject): Subject
    {
        return Subject::of($this->connection->call('subject.get', ['subject' => $subject]));
    }

    /** Who has this identifier; null: nobody. */
    public function find(string $kind, string $value): ?int
    {
        return $this->connection->call('subject.find', ['kind' => $kind, 'value' => $value]);
    }

    /**
     * Changes what the input names. With a version it fails with a ConflictException if somebody
     * changed the subject meanwhile.
     *
     * @param array<string, mixed> $input
     */
    public function update(int $subject, array $input, ?Blank $blank = null, ?int $version = null): void
    {
        $this->connection->call(
            'subject.update',
            ['subject' => $subject, 'input' => Json::object($input), 'blank' => $blank, 'version' => $version],
        );
    }

    /**
     * Creates or updates many in one transaction, by their identifiers: 1,000 a call is a good
     * size (schemas upsert_rows, upsert_results).
     *
     * @param list<mixed> $rows
     * @return array<array-key, mixed>
     */
    public function upsert(array $rows, ?OnMatch $onMatch = null, ?Blank $blank = null): array
    {
        return $this->connection->call(
            'subject.upsert',
            ['rows' => $rows, 'on_match' => $onMatch, 'blank' => $blank],
        );
    }

    /** Fails with an ExistsException where somebody else has it. */
    public function addIdentifier(int $subject, string $kind, string $value): void
    {
        $this->connection->call(
            'subject.add_identifier',
            ['subject' => $subject, 'kind' => $kind, 'value' => $value],
        );
    }

    /** Not the last one: erase instead. */
    public function removeIdentifier(int $subject, string $kind, string $value): void
    {
        $this->connection->call(
            'subject.remove_identifier',
            ['subject' => $subject, 'kind' => $kind, 'value' => $value],
        );
    }

    /**
     * Joins two into one: ledgers join, the stricter state wins. From then on both numbers mean
     * the first.
     */
    public function merge(int $keep, int $gone): void
    {
        $this->connection->call('subject.merge', ['keep' => $keep, 'gone' => $gone]);
    }

    /** How many there are. */
    public function count(): int
    {
        return $this->connection->call('subject.count');
    }

    /**
     * One page: ['subjects' => ..., 'next' => ...]; `next` is `after` of the next page (schema
     * subject_page).
     *
     * @return array<array-key, mixed>
     */
    public function page(
        ?int $limit = null,
        ?\DateTimeInterface $changedSince = null,
        ?string $after = null,
    ): array {
        return $this->connection->call(
            'subject.page',
            ['limit' => $limit, 'changed_since' => $changedSince, 'after' => $after],
        );
    }

    /**
     * Walks over all, or over those changed since then.
     *
     * @return \Generator<int, Subject>
     */
    public function all(?\DateTimeInterface $changedSince = null): \Generator
    {
        foreach ($this->walk($this->connection->call('subject.list', ['changed_since' => $changedSince])) as $each) {
            yield Subject::of($each);
        }
    }
}

<?php

declare(strict_types=1);

namespace Habeas\Topic;

/**
 * Words that people are given; compared without case.
 */
final class Tags extends Topic
{
    /** Tags are made when they are first given. */
    public function add(int $subject, string $tag): void
    {
        $this->connection->call('tag.add', ['subject' => $subject, 'tag' => $tag]);
    }

    /** Nothing if the subject does not have it. */
    public function remove(int $subject, string $tag): void
    {
        $this->connection->call('tag.remove', ['subject' => $subject, 'tag' => $tag]);
    }

    /**
     * A subject's tags.
     *
     * @return array<array-key, mixed>
     */
    public function of(int $subject): array
    {
        return $this->connection->call('tag.of', ['subject' => $subject]);
    }

    /**
     * All tags.
     *
     * @return array<array-key, mixed>
     */
    public function all(): array
    {
        return $this->connection->call('tag.list');
    }
}

<?php

declare(strict_types=1);

namespace Habeas\Topic;

/**
 * The change feed, for a system that keeps a copy.
 */
final class Changes extends Topic
{
    /**
     * What changed about whom since a position, in order and without gaps (schema change_page).
     *
     * @return array<array-key, mixed>
     */
    public function read(?string $position = null, ?int $limit = null): array
    {
        return $this->connection->call('change.read', ['position' => $position, 'limit' => $limit]);
    }

    /** The end of the feed as it is now. */
    public function position(): string
    {
        return $this->connection->call('change.position');
    }
}

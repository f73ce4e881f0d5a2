<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;

/**
 * Lead scoring, of whom profiling is allowed.
 */
final class Points extends Topic
{
    /**
     * Schema points_definition.
     *
     * @param array<string, mixed> $definition
     */
    public function define(array $definition): void
    {
        $this->connection->call('points.define', ['definition' => Json::object($definition)]);
    }

    /**
     * Schema points_definition.
     *
     * @return array<array-key, mixed>
     */
    public function definition(): array
    {
        return $this->connection->call('points.definition');
    }

    /** False: profiling is not allowed for the subject, so nothing was kept. */
    public function add(int $subject, int $points, ?string $reason = null): bool
    {
        return $this->connection->call(
            'points.add',
            ['subject' => $subject, 'points' => $points, 'reason' => $reason],
        );
    }

    /** The sum, 0 where nothing was kept. */
    public function total(int $subject): int
    {
        return $this->connection->call('points.total', ['subject' => $subject]);
    }

    /**
     * Schema points_history.
     *
     * @return array<array-key, mixed>
     */
    public function history(int $subject): array
    {
        return $this->connection->call('points.history', ['subject' => $subject]);
    }
}

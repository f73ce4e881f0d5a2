<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;

/**
 * What goes by itself, and when (art. 5(1)(e)).
 */
final class Retention extends Topic
{
    /**
     * Schema retention_rule.
     *
     * @param array<string, mixed> $rule
     */
    public function define(array $rule): void
    {
        $this->connection->call('retention.define', ['rule' => Json::object($rule)]);
    }

    /** What it did stays done. */
    public function remove(string $code): void
    {
        $this->connection->call('retention.remove', ['code' => $code]);
    }

    /**
     * Schema retention_list.
     *
     * @return array<array-key, mixed>
     */
    public function all(): array
    {
        return $this->connection->call('retention.list');
    }

    /**
     * Schema retention_info.
     *
     * @return array<array-key, mixed>
     */
    public function find(string $code): array
    {
        return $this->connection->call('retention.find', ['code' => $code]);
    }

    /**
     * What a run would do (schema retention_previews).
     *
     * @return array<array-key, mixed>
     */
    public function preview(?string $code = null, ?\DateTimeInterface $at = null, ?int $limit = null): array
    {
        return $this->connection->call('retention.preview', ['code' => $code, 'at' => $at, 'limit' => $limit]);
    }

    /**
     * Does it; the tick does it too (schema retention_runs).
     *
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<array-key, mixed>
     */
    public function run(?string $code = null, ?int $limit = null, ?callable $progress = null): array
    {
        return $this->connection->call(
            'retention.run',
            ['code' => $code, 'limit' => $limit],
            ['progress' => $progress],
        );
    }

    /**
     * The journal, the newest first (schema retention_runs).
     *
     * @return array<array-key, mixed>
     */
    public function runs(?int $limit = null): array
    {
        return $this->connection->call('retention.runs', ['limit' => $limit]);
    }
}

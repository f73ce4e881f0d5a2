<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;
use Habeas\Owner;

/**
 * Typed fields of subjects and organisations.
 */
final class Fields extends Topic
{
    /**
     * Adds a field: ['name' => 'city', 'type' => 'text', ...] (schema field).
     *
     * @param array<string, mixed> $field
     */
    public function define(array $field): void
    {
        $this->connection->call('field.define', ['field' => Json::object($field)]);
    }

    /**
     * Changes labels, choices, default; the type never.
     *
     * @param array<string, mixed> $field
     */
    public function update(array $field): void
    {
        $this->connection->call('field.update', ['field' => Json::object($field)]);
    }

    /** Keeps the values. */
    public function rename(string $name, string $to, ?Owner $owner = null): void
    {
        $this->connection->call('field.rename', ['name' => $name, 'to' => $to, 'owner' => $owner]);
    }

    /** It is kept and exported, but no longer written. */
    public function retire(string $name, ?Owner $owner = null): void
    {
        $this->connection->call('field.retire', ['name' => $name, 'owner' => $owner]);
    }

    /** Deletes the field and every byte of its values. */
    public function remove(string $name, ?Owner $owner = null): void
    {
        $this->connection->call('field.remove', ['name' => $name, 'owner' => $owner]);
    }

    /**
     * Schema field_list.
     *
     * @return array<array-key, mixed>
     */
    public function all(?Owner $owner = null): array
    {
        return $this->connection->call('field.list', ['owner' => $owner]);
    }

    /**
     * Schema field.
     *
     * @return array<array-key, mixed>
     */
    public function find(string $name, ?Owner $owner = null): array
    {
        return $this->connection->call('field.find', ['name' => $name, 'owner' => $owner]);
    }
}

<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;

/**
 * CSV of contacts and of consents. Importing a contact makes nobody mailable.
 */
final class Imports extends Topic
{
    /**
     * progress counts bytes (schemas import_options, import_report).
     *
     * @param array<string, mixed>|null $options
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<array-key, mixed>
     */
    public function contacts(string $path, ?array $options = null, ?callable $progress = null): array
    {
        return $this->connection->call(
            'import.contacts',
            ['path' => $path, 'options' => Json::object($options)],
            ['progress' => $progress],
        );
    }

    /**
     * The same from memory.
     *
     * @param array<string, mixed>|null $options
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<array-key, mixed>
     */
    public function contactsText(string $csv, ?array $options = null, ?callable $progress = null): array
    {
        return $this->connection->call(
            'import.contacts_text',
            ['csv' => $csv, 'options' => Json::object($options)],
            ['progress' => $progress],
        );
    }

    /**
     * Columns email or external:<system>, purpose, channel, action, at, and the evidence. The same
     * file again adds nothing.
     *
     * @param array<string, mixed>|null $options
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<array-key, mixed>
     */
    public function consents(string $path, ?array $options = null, ?callable $progress = null): array
    {
        return $this->connection->call(
            'import.consents',
            ['path' => $path, 'options' => Json::object($options)],
            ['progress' => $progress],
        );
    }

    /**
     * The same from memory.
     *
     * @param array<string, mixed>|null $options
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<array-key, mixed>
     */
    public function consentsText(string $csv, ?array $options = null, ?callable $progress = null): array
    {
        return $this->connection->call(
            'import.consents_text',
            ['csv' => $csv, 'options' => Json::object($options)],
            ['progress' => $progress],
        );
    }

    /**
     * What migrate() would do with another platform's people; nothing is kept (schema
     * migration_report). The callback must not call the store.
     *
     * @param array<string, mixed> $options schema migration_options
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<array-key, mixed>
     */
    public function previewMigration(string $platform, array $options, ?callable $progress = null): array
    {
        return $this->connection->call(
            'migration.preview',
            ['platform' => $platform, 'options' => Json::object($options)],
            ['progress' => $progress],
        );
    }

    /**
     * People and opt-outs of another platform (mautic, hubspot): opt-outs first, every row accounted for.
     * The same again makes no duplicates and re-subscribes nobody.
     *
     * @param array<string, mixed> $options schema migration_options
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<array-key, mixed>
     */
    public function migrate(string $platform, array $options, ?callable $progress = null): array
    {
        return $this->connection->call(
            'migration.run',
            ['platform' => $platform, 'options' => Json::object($options)],
            ['progress' => $progress],
        );
    }
}

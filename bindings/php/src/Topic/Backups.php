<?php

declare(strict_types=1);

namespace Habeas\Topic;

/**
 * Encrypted backups, and the restore journal. `key` is the text of a backup key, not the root
 * key.
 */
final class Backups extends Topic
{
    /** A line with a new key. */
    public function newKey(): string
    {
        return $this->connection->call('backup.new_key');
    }

    /**
     * Writes the store as it is at this moment to a new file (schema backup_info).
     *
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<array-key, mixed>
     */
    public function write(
        string $path,
        string $key,
        ?int $keepForSeconds = null,
        ?callable $progress = null,
    ): array {
        return $this->connection->call(
            'backup.write',
            ['path' => $path, 'key' => $key, 'keep_for_s' => $keepForSeconds],
            ['progress' => $progress],
        );
    }

    /**
     * What a backup says of itself, without the key (schema backup_info).
     *
     * @return array<array-key, mixed>
     */
    public function info(string $path): array
    {
        return $this->connection->call('backup.info', ['path' => $path]);
    }

    /**
     * Reads all of it (schema backup_info).
     *
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<array-key, mixed>
     */
    public function verify(string $path, string $key, ?callable $progress = null): array
    {
        return $this->connection->call('backup.verify', ['path' => $path, 'key' => $key], ['progress' => $progress]);
    }

    /**
     * Reads all of the restore journal (schema journal_info).
     *
     * @return array<array-key, mixed>
     */
    public function checkJournal(): array
    {
        return $this->connection->call('journal.check');
    }

    /**
     * How a copy stands to it (schema journal_comparison).
     *
     * @return array<array-key, mixed>
     */
    public function compareJournal(string $copy): array
    {
        return $this->connection->call('journal.compare', ['copy' => $copy]);
    }

    /**
     * Copies it, also over an older copy (schema journal_info).
     *
     * @return array<array-key, mixed>
     */
    public function copyJournal(string $to): array
    {
        return $this->connection->call('journal.copy', ['to' => $to]);
    }

    /**
     * Takes out what says nothing any more (schema journal_info).
     *
     * @return array<array-key, mixed>
     */
    public function rotateJournal(?string $archive = null): array
    {
        return $this->connection->call('journal.rotate', ['archive' => $archive]);
    }
}

<?php

declare(strict_types=1);

namespace Habeas;

/**
 * How a store is opened. Everything has a default.
 */
final class Options
{
    /**
     * @param TransportKind|null $transport null: the fastest that works here
     * @param string|null $program of the child process; null: the environment variable
     *        HABEAS_PROGRAM, else `habeas` in the PATH
     * @param string|null $library for FFI; null: HABEAS_LIBRARY, else libhabeas.so.0
     * @param string|null $key text of the root key (never logged, never in an argument of a
     *        process); null: the environment variable HABEAS_KEY, else $keyFile
     * @param string|null $keyFile null: "<path>.key"
     * @param string|null $journalFile null: "<path>.restore"
     * @param int|null $busyTimeout milliseconds to wait for other writers; null: 5,000
     * @param bool $durable an acknowledged write survives a power cut
     * @param (callable(): \DateTimeInterface)|null $clock for tests
     * @param \Psr\Log\LoggerInterface|null $logger gets the store's notes, without personal data
     * @param float|null $timeout seconds to wait for an answer of the child process; null: for ever
     */
    public function __construct(
        public readonly ?TransportKind $transport = null,
        public readonly ?string $program = null,
        public readonly ?string $library = null,
        #[\SensitiveParameter]
        public readonly ?string $key = null,
        public readonly ?string $keyFile = null,
        public readonly ?string $journalFile = null,
        public readonly ?Actor $actor = null,
        public readonly ?int $busyTimeout = null,
        public readonly bool $durable = true,
        public readonly bool $readOnly = false,
        public readonly bool $autoMigrate = false,
        public readonly bool $acceptMissingJournal = false,
        public readonly bool $acceptLostKey = false,
        public readonly mixed $clock = null,
        public readonly ?\Psr\Log\LoggerInterface $logger = null,
        public readonly ?float $timeout = null,
    ) {
    }

    /**
     * The document <call_open>.
     *
     * @param array<string, mixed> $place
     * @return array<string, mixed>
     */
    public function document(array $place): array
    {
        return array_filter($place + [
            'key' => $this->key,
            'key_file' => $this->keyFile,
            'journal_file' => $this->journalFile,
            'actor' => $this->actor?->document(),
            'busy_timeout_ms' => $this->busyTimeout,
            'durability' => $this->durable ? null : 'normal',
            'read_only' => $this->readOnly ?: null,
            'auto_migrate' => $this->autoMigrate ?: null,
            'accept_missing_journal' => $this->acceptMissingJournal ?: null,
            'accept_lost_key' => $this->acceptLostKey ?: null,
            'clock' => $this->clock !== null ?: null,
        ], static fn (mixed $value): bool => $value !== null);
    }

    /** Keys do not end up in dumps. @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['key' => $this->key === null ? null : '(secret)'] + get_object_vars($this);
    }
}

<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;

/**
 * Who gets data, where, on what it rests (arts. 28, 44 to 49). From the first processor on, every
 * decision asks about the recipients of its purpose.
 */
final class Processors extends Topic
{
    /**
     * Adds one, or entries of days to one (schema processor); the former entry of a day stays known.
     *
     * @param array<string, mixed> $processor
     */
    public function define(array $processor): void
    {
        $this->connection->call('processor.define', ['processor' => Json::object($processor)]);
    }

    /**
     * Schema processor_list.
     *
     * @return array<array-key, mixed>
     */
    public function all(): array
    {
        return $this->connection->call('processor.list');
    }

    /**
     * Schema processor.
     *
     * @return array<array-key, mixed>
     */
    public function find(string $code): array
    {
        return $this->connection->call('processor.find', ['code' => $code]);
    }

    /**
     * All entries ever recorded of one (schema processor_versions).
     *
     * @return array<array-key, mixed>
     */
    public function history(string $code): array
    {
        return $this->connection->call('processor.history', ['code' => $code]);
    }

    /**
     * May it get data at a moment, as known then? By code or name (schema transfer_answer).
     *
     * @return array<array-key, mixed>
     */
    public function judge(
        string $processor,
        ?\DateTimeInterface $at = null,
        ?\DateTimeInterface $knownAt = null,
    ): array {
        return $this->connection->call(
            'processor.judge',
            ['processor' => $processor, 'at' => $at, 'known_at' => $knownAt],
        );
    }

    /**
     * Providers to begin with; they have no contract: add yours (schema processor_seed).
     *
     * @return array<array-key, mixed>
     */
    public function seed(): array
    {
        return $this->connection->call('processor.seed');
    }

    /**
     * Everything on a day, with what would stop (schema place_report).
     *
     * @param array<string, mixed> $options schema place_check: at, without (such as ['dpf'])
     * @return array<array-key, mixed>
     */
    public function check(array $options = []): array
    {
        return $this->connection->call('place.check', ['options' => Json::object($options)]);
    }

    /**
     * A law of one's own (share/habeas/transfer_law.json); null: that of habeas.
     *
     * @param array<string, mixed>|null $law
     */
    public function setLaw(?array $law): void
    {
        $this->connection->call('transfer.set_law', ['law' => $law === null ? null : Json::object($law)]);
    }
}

<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;

/**
 * Reasons for processing, each with its lawful basis (art. 6), channels and consent texts.
 */
final class Purposes extends Topic
{
    /**
     * Declares a purpose or changes it (schema purpose).
     *
     * @param array<string, mixed> $purpose
     */
    public function define(array $purpose): void
    {
        $this->connection->call('purpose.define', ['purpose' => Json::object($purpose)]);
    }

    /**
     * The next text version, immutable; its number. The same content again gives the number it
     * has.
     *
     * @param array<string, mixed> $text
     */
    public function addText(string $purpose, array $text): int
    {
        return $this->connection->call('purpose.add_text', ['purpose' => $purpose, 'text' => Json::object($text)]);
    }

    /** Nothing is allowed for it any more; what was recorded stays. */
    public function retire(string $purpose): void
    {
        $this->connection->call('purpose.retire', ['purpose' => $purpose]);
    }

    /**
     * Schema purpose_list.
     *
     * @return array<array-key, mixed>
     */
    public function all(): array
    {
        return $this->connection->call('purpose.list');
    }

    /**
     * Schema purpose.
     *
     * @return array<array-key, mixed>
     */
    public function find(string $code): array
    {
        return $this->connection->call('purpose.find', ['code' => $code]);
    }
}

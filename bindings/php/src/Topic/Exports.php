<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\BundleFormat;
use Habeas\Json;

/**
 * Access and portability (arts. 15 and 20). A disclosure is logged, unless it is a preview.
 */
final class Exports extends Topic
{
    /**
     * A person's data, structured (schema access).
     *
     * @return array<array-key, mixed>
     */
    public function json(
        int $subject,
        ?string $language = null,
        ?string $recipient = null,
        ?bool $preview = null,
    ): array {
        return $this->connection->call(
            'export.json',
            ['subject' => $subject, 'language' => $language, 'recipient' => $recipient, 'preview' => $preview],
        );
    }

    /** The page for the person: one HTML document that needs nothing else. */
    public function html(
        int $subject,
        ?string $language = null,
        ?string $recipient = null,
        ?bool $preview = null,
    ): string {
        return $this->connection->call(
            'export.html',
            ['subject' => $subject, 'language' => $language, 'recipient' => $recipient, 'preview' => $preview],
        );
    }

    /** One header row and one row, safe against formula injection. */
    public function csv(
        int $subject,
        ?string $language = null,
        ?string $recipient = null,
        ?bool $preview = null,
    ): string {
        return $this->connection->call(
            'export.csv',
            ['subject' => $subject, 'language' => $language, 'recipient' => $recipient, 'preview' => $preview],
        );
    }

    /**
     * The same as a new file (mode 0600), which an erasure deletes, as does the tick after 30
     * days.
     */
    public function file(
        int $subject,
        string $path,
        ?BundleFormat $format = null,
        ?string $language = null,
        ?string $recipient = null,
        ?bool $preview = null,
        ?string $password = null,
    ): void {
        $this->connection->call(
            'export.file',
            [
                'subject' => $subject,
                'path' => $path,
                'format' => $format,
                'language' => $language,
                'recipient' => $recipient,
                'preview' => $preview,
                'password' => $password,
            ],
        );
    }

    /**
     * CSV of many to a new file; how many rows. options: with the recipient at least (schema
     * csv_options).
     *
     * @param array<string, mixed> $options
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     */
    public function many(string $path, array $options, ?callable $progress = null): int
    {
        return $this->connection->call(
            'export.many',
            ['path' => $path, 'options' => Json::object($options)],
            ['progress' => $progress],
        );
    }
}

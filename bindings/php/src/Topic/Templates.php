<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;

/**
 * Texts of messages, by language.
 */
final class Templates extends Topic
{
    /**
     * Declares a template or its next version; its number (schema message_template).
     *
     * @param array<string, mixed> $message
     */
    public function define(array $message): int
    {
        return $this->connection->call('template.define', ['message' => Json::object($message)]);
    }

    /** No new messages; queued ones are sent. */
    public function retire(string $code): void
    {
        $this->connection->call('template.retire', ['code' => $code]);
    }

    /**
     * Schema template_list.
     *
     * @return array<array-key, mixed>
     */
    public function all(): array
    {
        return $this->connection->call('template.list');
    }

    /**
     * Schema template_info.
     *
     * @return array<array-key, mixed>
     */
    public function find(string $code): array
    {
        return $this->connection->call('template.find', ['code' => $code]);
    }

    /**
     * As it would be sent to that subject now (schema rendered_message).
     *
     * @param array<string, mixed>|null $data
     * @return array<array-key, mixed>
     */
    public function preview(string $code, int $subject, ?array $data = null): array
    {
        return $this->connection->call(
            'template.preview',
            ['code' => $code, 'subject' => $subject, 'data' => Json::object($data)],
        );
    }

    /**
     * What to look at before it is used (schemas template_check_options, template_report).
     *
     * @param array<string, mixed>|null $options
     * @return array<array-key, mixed>
     */
    public function check(string $code, ?array $options = null): array
    {
        return $this->connection->call('template.check', ['code' => $code, 'options' => Json::object($options)]);
    }
}

<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;

/**
 * Messages that wait, went, or may not go.
 */
final class Messages extends Topic
{
    /**
     * Queues a message to a subject; the decision is asked now and again when it is sent.
     * attachments: ['name', 'type', 'content' (base64) or 'path'] (schemas message, queue_result).
     *
     * @param array<string, mixed> $message
     * @param list<mixed>|null $attachments
     * @return array<array-key, mixed>
     */
    public function queue(array $message, ?array $attachments = null): array
    {
        return $this->connection->call(
            'message.queue',
            ['message' => Json::object($message), 'attachments' => $attachments],
        );
    }

    /**
     * Queues a message to an employee or the host (schemas notice, queue_result).
     *
     * @param array<string, mixed> $notice
     * @param list<mixed>|null $attachments
     * @return array<array-key, mixed>
     */
    public function notify(array $notice, ?array $attachments = null): array
    {
        return $this->connection->call(
            'message.notify',
            ['notice' => Json::object($notice), 'attachments' => $attachments],
        );
    }

    /**
     * Schema message_info.
     *
     * @return array<array-key, mixed>
     */
    public function get(int $message): array
    {
        return $this->connection->call('message.get', ['message' => $message]);
    }

    /** By its key. */
    public function find(string $key): ?int
    {
        return $this->connection->call('message.find', ['key' => $key]);
    }

    /**
     * Schemas message_filter, message_list.
     *
     * @param array<string, mixed>|null $filter
     * @return array<array-key, mixed>
     */
    public function all(?array $filter = null): array
    {
        return $this->connection->call('message.list', ['filter' => Json::object($filter)]);
    }

    /** Takes a queued one back. */
    public function stop(int $message, ?string $reason = null): void
    {
        $this->connection->call('message.stop', ['message' => $message, 'reason' => $reason]);
    }

    /** A failed or uncertain one is queued again. */
    public function retry(int $message): void
    {
        $this->connection->call('message.retry', ['message' => $message]);
    }

    /** A person knows that an uncertain one was sent. */
    public function confirmSent(int $message): void
    {
        $this->connection->call('message.confirm_sent', ['message' => $message]);
    }

    /**
     * Whom the token at the end of a link is about (schema token_info).
     *
     * @return array<array-key, mixed>
     */
    public function findToken(string $token): array
    {
        return $this->connection->call('message.find_token', ['token' => $token]);
    }
}

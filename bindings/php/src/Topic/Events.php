<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;

/**
 * What gateways tell of messages: delivered, bounced, marked as spam.
 */
final class Events extends Topic
{
    /**
     * The body of a callback of a gateway ("mailjet"); an InvalidException is an answer 400
     * (schema ingest_report).
     *
     * @return array<array-key, mixed>
     */
    public function ingest(string $gateway, string $body): array
    {
        return $this->connection->call('event.ingest', ['gateway' => $gateway, 'body' => $body]);
    }

    /** The end of the URL that the gateway is given. */
    public function secret(): string
    {
        return $this->connection->call('event.secret');
    }

    /** Is it that secret? Else answer 404. */
    public function checkSecret(string $given): bool
    {
        return $this->connection->call('event.secret_check', ['given' => $given]);
    }

    /**
     * Schemas delivery_filter, delivery_list.
     *
     * @param array<string, mixed>|null $filter
     * @return array<array-key, mixed>
     */
    public function all(?array $filter = null): array
    {
        return $this->connection->call('event.list', ['filter' => Json::object($filter)]);
    }

    /**
     * A mail that came back, as it came (schema ingest_report).
     *
     * @return array<array-key, mixed>
     */
    public function bounce(string $mail, ?string $recipient = null): array
    {
        return $this->connection->call('bounce.ingest', ['mail' => base64_encode($mail), 'recipient' => $recipient]);
    }

    /**
     * All mails in "new" of a Maildir (schema ingest_report).
     *
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<array-key, mixed>
     */
    public function bouncesOfMaildir(string $folder, ?callable $progress = null): array
    {
        return $this->connection->call('bounce.ingest_maildir', ['folder' => $folder], ['progress' => $progress]);
    }
}

<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Gateway;
use Habeas\Json;

/**
 * Hands messages that are due to a gateway; each decision is asked again right before. What was
 * sent stays sent, also where a call fails.
 */
final class Outbox extends Topic
{
    /**
     * By a gateway of the host's own.
     *
     * @param array<string, mixed>|null $options schema send_options
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<string, mixed> schema send_report
     */
    public function send(Gateway $gateway, ?array $options = null, ?callable $progress = null): array
    {
        $description = $gateway->description();
        $resolves = $description['resolves'] ?? false;
        return $this->connection->call(
            'outbox.send',
            ['gateway' => $description, 'options' => Json::object($options)],
            [
                'progress' => $progress,
                'gateway.send' => static fn (array $call): array => $gateway->send($call['messages']),
                'gateway.resolve' => $resolves
                    ? static fn (array $call): ?array => $gateway->resolve($call['reference'])
                    : null,
            ],
        );
    }

    /**
     * By a gateway that habeas brings along: SMTP, Mailjet or a folder.
     *
     * @param array<string, mixed> $gateway schema gateway
     * @param array{user: string, secret: string}|null $credentials neither kept nor logged
     * @param array<string, mixed>|null $options schema send_options
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<string, mixed> schema send_report
     */
    public function sendBy(
        array $gateway,
        #[\SensitiveParameter] ?array $credentials = null,
        ?array $options = null,
        ?callable $progress = null,
    ): array {
        return $this->connection->call(
            'outbox.send_by',
            [
                'gateway' => Json::object($gateway),
                'credentials' => $credentials,
                'options' => Json::object($options),
            ],
            ['progress' => $progress],
        );
    }

    /**
     * To a folder: "REFERENCE.eml" with mode 0600, which an erasure deletes.
     *
     * @param array<string, mixed>|null $options schema send_options
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<string, mixed> schema send_report
     */
    public function sendToFolder(string $folder, ?array $options = null, ?callable $progress = null): array
    {
        return $this->connection->call(
            'outbox.send_to_folder',
            ['folder' => $folder, 'options' => Json::object($options)],
            ['progress' => $progress],
        );
    }

    /**
     * Reaches a gateway without sending: connection, TLS, login.
     *
     * @param array<string, mixed> $gateway schema gateway
     * @param array{user: string, secret: string}|null $credentials
     */
    public function check(array $gateway, #[\SensitiveParameter] ?array $credentials = null): void
    {
        $this->connection->call(
            'gateway.check',
            ['gateway' => Json::object($gateway), 'credentials' => $credentials],
        );
    }
}

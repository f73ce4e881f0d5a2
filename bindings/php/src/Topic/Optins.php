<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;

/**
 * Sign-ups to be confirmed (double opt-in), for hosts with pages of their own; forms do it by
 * themselves.
 */
final class Optins extends Topic
{
    /**
     * Records what is asked and queues the mail (schemas optin_input, optin).
     *
     * @param array<string, mixed> $input
     * @return array<array-key, mixed>
     */
    public function ask(array $input): array
    {
        return $this->connection->call('optin.ask', ['input' => Json::object($input)]);
    }

    /** For the page that shows the button; changes nothing. */
    public function lookUp(string $token): ?int
    {
        return $this->connection->call('optin.look_up', ['token' => $token]);
    }

    /**
     * For a POST, never a GET; null: the token does not count (schema optin_context).
     *
     * @param array<string, mixed>|null $context
     */
    public function confirm(string $token, ?array $context = null): ?int
    {
        return $this->connection->call('optin.confirm', ['token' => $token, 'context' => Json::object($context)]);
    }

    /** The host vouches for the confirmation. */
    public function vouch(int $optin, string $by): void
    {
        $this->connection->call('optin.vouch', ['optin' => $optin, 'by' => $by]);
    }

    /**
     * Another mail with a new token (schema optin).
     *
     * @return array<array-key, mixed>
     */
    public function resend(int $optin): array
    {
        return $this->connection->call('optin.resend', ['optin' => $optin]);
    }

    /** Its token no longer counts. */
    public function cancel(int $optin): void
    {
        $this->connection->call('optin.cancel', ['optin' => $optin]);
    }

    /**
     * Schema optin.
     *
     * @return array<array-key, mixed>
     */
    public function get(int $optin): array
    {
        return $this->connection->call('optin.get', ['optin' => $optin]);
    }

    /**
     * Schemas optin_filter, optin_list.
     *
     * @param array<string, mixed>|null $filter
     * @return array<array-key, mixed>
     */
    public function all(?array $filter = null): array
    {
        return $this->connection->call('optin.list', ['filter' => Json::object($filter)]);
    }
}

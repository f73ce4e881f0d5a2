<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;

/**
 * Pages of habeas that the host serves below its setting "base_url": /unsubscribe/,
 * /preferences/, /confirm/, /request/.
 */
final class Pages extends Topic
{
    /**
     * Changes nothing: ['path' => ...]; send status, headers and html as they are (schemas
     * page_request, page).
     *
     * @param array<string, mixed> $request
     * @return array<array-key, mixed>
     */
    public function get(array $request): array
    {
        return $this->connection->call('page.get', ['request' => Json::object($request)]);
    }

    /**
     * What its buttons do, and one-click unsubscribe (RFC 8058); the body as it came (schema
     * page).
     *
     * @param array<string, mixed> $request
     * @return array<array-key, mixed>
     */
    public function post(array $request, string $body): array
    {
        return $this->connection->call('page.post', ['request' => Json::object($request), 'body' => $body]);
    }

    /** The address of a person's preference centre: to the person's own address alone. */
    public function preferencesLink(int $subject, ?int $validForSeconds = null): string
    {
        return $this->connection->call(
            'preferences.link',
            ['subject' => $subject, 'valid_for_s' => $validForSeconds],
        );
    }
}

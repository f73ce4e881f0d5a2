<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;
use Habeas\RequestKind;

/**
 * What data subjects ask for (arts. 12, 15 to 22), and until when it is due. Nothing personal
 * happens before a request is verified.
 */
final class Requests extends Topic
{
    /** The same kind by the same subject while one is open gives the open one. */
    public function open(RequestKind $kind, int $subject, string $origin = 'host'): int
    {
        return $this->connection->call('request.open', ['kind' => $kind, 'subject' => $subject, 'origin' => $origin]);
    }

    /** The same for who has this address or number (email or phone), also where nobody has. */
    public function openFor(RequestKind $kind, string $identifierKind, string $value, string $origin = 'host'): int
    {
        return $this->connection->call(
            'request.open_for',
            ['kind' => $kind, 'identifier_kind' => $identifierKind, 'value' => $value, 'origin' => $origin],
        );
    }

    /** The token that goes to the person's own address and nowhere else; only its hash is kept. */
    public function askIdentity(int $request, ?int $validForSeconds = null): string
    {
        return $this->connection->call(
            'request.ask_identity',
            ['request' => $request, 'valid_for_s' => $validForSeconds],
        );
    }

    /** For a POST, never a GET. null: the token does not count; why is nobody's business. */
    public function confirm(string $token): ?int
    {
        return $this->connection->call('request.confirm', ['token' => $token]);
    }

    /** Would this token count now? Changes nothing. */
    public function lookUp(string $token): ?int
    {
        return $this->connection->call('request.look_up', ['token' => $token]);
    }

    /** The host answers for the identity; by: who and how. */
    public function vouch(int $request, string $by): void
    {
        $this->connection->call('request.vouch', ['request' => $request, 'by' => $by]);
    }

    /** Somebody works on it. */
    public function begin(int $request, ?string $note = null): void
    {
        $this->connection->call('request.begin', ['request' => $request, 'note' => $note]);
    }

    /**
     * Does what was asked where habeas can, and closes it as soon as every data holder has
     * answered.
     */
    public function fulfil(int $request, ?string $note = null): void
    {
        $this->connection->call('request.fulfil', ['request' => $request, 'note' => $note]);
    }

    /** Closes it; why the rest was not done stands in `ground`. */
    public function fulfilPartly(int $request, string $ground, ?string $note = null): void
    {
        $this->connection->call(
            'request.fulfil_partly',
            ['request' => $request, 'ground' => $ground, 'note' => $note],
        );
    }

    /** One or two months more (art. 12(3)); the person must have been told `reason` by now. */
    public function extend(int $request, int $months, string $reason): void
    {
        $this->connection->call('request.extend', ['request' => $request, 'months' => $months, 'reason' => $reason]);
    }

    /** ground: why (art. 12(4)). */
    public function refuse(int $request, string $ground): void
    {
        $this->connection->call('request.refuse', ['request' => $request, 'ground' => $ground]);
    }

    /** The person no longer asks for it. */
    public function withdraw(int $request, ?string $note = null): void
    {
        $this->connection->call('request.withdraw', ['request' => $request, 'note' => $note]);
    }

    /** The person was told that a restriction will be lifted (art. 18(3)). */
    public function announceLifting(int $request, string $how): void
    {
        $this->connection->call('request.announce_lifting', ['request' => $request, 'how' => $how]);
    }

    /** Not before that. */
    public function liftRestriction(int $request, ?string $note = null): void
    {
        $this->connection->call('request.lift_restriction', ['request' => $request, 'note' => $note]);
    }

    /**
     * Changes the data (art. 16) and closes the request (schemas rectify_options, rectification).
     *
     * @param array<string, mixed> $input
     * @param array<string, mixed>|null $options
     * @return array<array-key, mixed>
     */
    public function rectify(int $request, array $input, ?array $options = null): array
    {
        return $this->connection->call(
            'request.rectify',
            ['request' => $request, 'input' => Json::object($input), 'options' => Json::object($options)],
        );
    }

    /**
     * Schema request.
     *
     * @return array<array-key, mixed>
     */
    public function get(int $request): array
    {
        return $this->connection->call('request.get', ['request' => $request]);
    }

    /**
     * Schemas request_query, request_list.
     *
     * @param array<string, mixed>|null $query
     * @return array<array-key, mixed>
     */
    public function all(?array $query = null): array
    {
        return $this->connection->call('request.list', ['query' => Json::object($query)]);
    }

    /**
     * The journal of a request, which outlives an erasure (schema request_steps).
     *
     * @return array<array-key, mixed>
     */
    public function steps(int $request): array
    {
        return $this->connection->call('request.steps', ['request' => $request]);
    }

    /**
     * Holidays that count: sets such as ['DE', 'DE-BY']; rules: a file of one's own.
     *
     * @param array<string, mixed>|null $rules
     * @param list<mixed>|null $sets
     */
    public function setCalendar(?array $rules = null, ?array $sets = null): void
    {
        $this->connection->call('request.set_calendar', ['rules' => Json::object($rules), 'sets' => $sets]);
    }

    /**
     * Counts a statutory time limit on the store's calendar (schemas deadline_query, deadline).
     *
     * @param array<string, mixed> $query
     * @return array<array-key, mixed>
     */
    public function deadline(array $query): array
    {
        return $this->connection->call('deadline', ['query' => Json::object($query)]);
    }

    /**
     * Tells of open requests that are due within so many days, each once, and once more when it is
     * late; how many.
     *
     * @param callable(array<string, mixed>): mixed $tell gets the request (schema request)
     */
    public function remind(callable $tell, ?int $days = null): int
    {
        return $this->connection->call('request.remind', ['days' => $days], ['request.remind' => $tell]);
    }
}

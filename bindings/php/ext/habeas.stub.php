<?php

/** @generate-class-entries */

namespace Habeas\Native;

/** The version of libhabeas. */
function version(): string {}

/** As habeas_call, for methods that need no store. */
function call(string $method, string $params, ?callable $callback = null): string {}

/** What a call of Store gives where it fails; the code is the number of the status. */
final class Failure extends \RuntimeException
{
    /** The argument, field, JSON pointer or path; may be empty. */
    public string $where = "";
}

/**
 * A store as Habeas\Transport\Extension uses it.
 * @strict-properties
 * @not-serializable
 */
final class Store
{
    /** Parameters and callback: as habeas_call_open. */
    public function __construct(string $options, ?callable $callback = null) {}

    /** As habeas_call; the callback gets name and document, and gives its answer, null: it failed. */
    public function call(string $method, string $params, ?callable $callback = null): string {}

    /** Allowed, reason, reference, event, and until when in milliseconds. */
    public function decide(int $subject, string $purpose, int $channel): array {}

    /**
     * What the reasons say (allowed, reason, reference), then the reason, event and until when of each
     * subject; null where one is no int.
     */
    public function decideMany(array $subjects, string $purpose, int $channel): ?array {}

    /** Again it does nothing. */
    public function close(): void {}
}

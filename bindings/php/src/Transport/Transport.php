<?php

declare(strict_types=1);

namespace Habeas\Transport;

use Habeas\Exception\HabeasException;
use Habeas\TransportKind;

/**
 * One open store, reached in one way. Parameters and results are JSON, the same in all ways.
 *
 * A callback gets the name of what is asked and its document, and gives its answer as JSON, or null
 * where it failed. It throws nothing.
 */
interface Transport
{
    /**
     * @param (callable(string, string): ?string)|null $callback
     * @throws HabeasException
     */
    public function open(#[\SensitiveParameter] string $options, ?callable $callback): void;

    /**
     * @param (callable(string, string): ?string)|null $callback
     * @throws HabeasException
     */
    public function call(string $method, string $params, ?callable $callback): string;

    /**
     * A method that needs no store, such as store.migrate.
     *
     * @param (callable(string, string): ?string)|null $callback
     * @throws HabeasException
     */
    public function callWithoutStore(
        string $method,
        #[\SensitiveParameter] string $params,
        ?callable $callback,
    ): string;

    /** Again, or after a fork, it does nothing. */
    public function close(): void;

    public function kind(): TransportKind;
}

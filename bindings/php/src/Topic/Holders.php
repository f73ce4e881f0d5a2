<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Json;
use Habeas\Operation;

/**
 * Data holders: places with personal data outside of habeas (arts. 15 to 19).
 */
final class Holders extends Topic
{
    /**
     * Declares one, or changes it: ['code' => 'crm', 'operations' => ['export', 'erase']] (schema
     * holder).
     *
     * @param array<string, mixed> $holder
     */
    public function define(array $holder): void
    {
        $this->connection->call('holder.define', ['holder' => Json::object($holder)]);
    }

    /** Not while it has tasks that are not answered, or keeps something. */
    public function remove(string $code): void
    {
        $this->connection->call('holder.remove', ['code' => $code]);
    }

    /**
     * Schema holder_info.
     *
     * @return array<array-key, mixed>
     */
    public function get(string $code): array
    {
        return $this->connection->call('holder.get', ['code' => $code]);
    }

    /**
     * Schema holder_list.
     *
     * @return array<array-key, mixed>
     */
    public function all(): array
    {
        return $this->connection->call('holder.list');
    }

    /** Asks each holder that has the operation; how many tasks were opened. */
    public function ask(int $subject, Operation $operation): int
    {
        return $this->connection->call('holder.ask', ['subject' => $subject, 'operation' => $operation]);
    }

    /**
     * Calls what is due, outside of transactions; what fails is called again later (schemas
     * holder_run_options, holder_run_report).
     *
     * @param array<string, mixed>|null $options
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<array-key, mixed>
     */
    public function run(?array $options = null, ?callable $progress = null): array
    {
        return $this->connection->call(
            'holder.run',
            ['options' => Json::object($options)],
            ['progress' => $progress],
        );
    }

    /**
     * An answer that came another way: by letter, by a person (schema holder_answer).
     *
     * @param array<string, mixed>|null $answer
     */
    public function answer(int $task, ?array $answer = null): void
    {
        $this->connection->call('holder.answer', ['task' => $task, 'answer' => Json::object($answer)]);
    }

    /**
     * Schema holder_task.
     *
     * @return array<array-key, mixed>
     */
    public function task(int $task): array
    {
        return $this->connection->call('holder.task_get', ['task' => $task]);
    }

    /**
     * Schemas holder_task_query, holder_task_list.
     *
     * @param array<string, mixed>|null $query
     * @return array<array-key, mixed>
     */
    public function tasks(?array $query = null): array
    {
        return $this->connection->call('holder.task_list', ['query' => Json::object($query)]);
    }

    /**
     * What exports have given of a subject (schema holder_export).
     *
     * @return array<array-key, mixed>
     */
    public function exported(int $subject): array
    {
        return $this->connection->call('holder.exported', ['subject' => $subject]);
    }

    /**
     * The request by which a processor is told of an erasure (schema opendsr_request).
     *
     * @return array<array-key, mixed>
     */
    public function opendsr(int $task): array
    {
        return $this->connection->call('holder.opendsr', ['task' => $task]);
    }

    /** No erasure of the subject until then (art. 17(3)); its number. */
    public function hold(int $subject, string $ground, ?\DateTimeInterface $until = null): int
    {
        return $this->connection->call('hold.place', ['subject' => $subject, 'ground' => $ground, 'until' => $until]);
    }

    /** Ends it now. */
    public function liftHold(int $hold): void
    {
        $this->connection->call('hold.lift', ['hold' => $hold]);
    }

    /**
     * Schema hold_list.
     *
     * @return array<array-key, mixed>
     */
    public function holds(?int $subject = null, ?bool $openOnly = null): array
    {
        return $this->connection->call('hold.list', ['subject' => $subject, 'open_only' => $openOnly]);
    }

    /**
     * Who answers for a holder as long as this store is open: a callable that gets the question
     * (holder, operation, subject, page, attempt, key, cursor, document: schema holder_call) and
     * gives the answer (schema holder_answer), null for: done, and nothing was there. Doing it
     * twice must be the same as doing it once. What it throws comes back as the previous exception
     * of Holders::run(), and the holder is asked again later.
     *
     * @param callable(array<string, mixed>): ?array<string, mixed> $holder
     * @param list<Operation> $operations none: all that are declared
     */
    public function attach(string $code, callable $holder, array $operations = []): void
    {
        $this->connection->call('holder.attach', ['code' => $code, 'operations' => $operations]);
        $this->connection->attachHolder($code, $holder);
    }

    public function detach(string $code): void
    {
        $this->connection->call('holder.detach', ['code' => $code]);
        $this->connection->attachHolder($code, null);
    }
}

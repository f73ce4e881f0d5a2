<?php

declare(strict_types=1);

namespace Habeas;

use Habeas\Exception\HabeasException;

/**
 * A store: one SQLite file, its root key and its restore journal.
 *
 * Nobody else in this process may open the file with another SQLite (PDO, SQLite3) while a store is
 * open by the extension or FFI: two copies drop each other's locks. query() reads it with SQL.
 */
final class Store
{
    public readonly Topic\Subjects $subjects;
    public readonly Topic\Organisations $organisations;
    public readonly Topic\Fields $fields;
    public readonly Topic\Purposes $purposes;
    public readonly Topic\Consents $consents;
    public readonly Topic\Decisions $decisions;
    public readonly Topic\Suppression $suppression;
    public readonly Topic\Requests $requests;
    public readonly Topic\Erasures $erasures;
    public readonly Topic\Exports $exports;
    public readonly Topic\Imports $imports;
    public readonly Topic\Holders $holders;
    public readonly Topic\Retention $retention;
    public readonly Topic\Processors $processors;
    public readonly Topic\Breaches $breaches;
    public readonly Topic\Segments $segments;
    public readonly Topic\Tags $tags;
    public readonly Topic\Templates $templates;
    public readonly Topic\Messages $messages;
    public readonly Topic\Outbox $outbox;
    public readonly Topic\Events $events;
    public readonly Topic\Forms $forms;
    public readonly Topic\Optins $optins;
    public readonly Topic\Pages $pages;
    public readonly Topic\Campaigns $campaigns;
    public readonly Topic\Points $points;
    public readonly Topic\Backups $backups;
    public readonly Topic\Changes $changes;

    private function __construct(private readonly Connection $connection, private readonly Options $options)
    {
        $this->subjects = new Topic\Subjects($connection);
        $this->organisations = new Topic\Organisations($connection);
        $this->fields = new Topic\Fields($connection);
        $this->purposes = new Topic\Purposes($connection);
        $this->consents = new Topic\Consents($connection);
        $this->decisions = new Topic\Decisions($connection);
        $this->suppression = new Topic\Suppression($connection);
        $this->requests = new Topic\Requests($connection);
        $this->erasures = new Topic\Erasures($connection);
        $this->exports = new Topic\Exports($connection);
        $this->imports = new Topic\Imports($connection);
        $this->holders = new Topic\Holders($connection);
        $this->retention = new Topic\Retention($connection);
        $this->processors = new Topic\Processors($connection);
        $this->breaches = new Topic\Breaches($connection);
        $this->segments = new Topic\Segments($connection);
        $this->tags = new Topic\Tags($connection);
        $this->templates = new Topic\Templates($connection);
        $this->messages = new Topic\Messages($connection);
        $this->outbox = new Topic\Outbox($connection);
        $this->events = new Topic\Events($connection);
        $this->forms = new Topic\Forms($connection);
        $this->optins = new Topic\Optins($connection);
        $this->pages = new Topic\Pages($connection);
        $this->campaigns = new Topic\Campaigns($connection);
        $this->points = new Topic\Points($connection);
        $this->backups = new Topic\Backups($connection);
        $this->changes = new Topic\Changes($connection);
    }

    /**
     * Creates database, key (unless one is given) and journal with mode 0600, and opens the store.
     *
     * @throws HabeasException
     */
    public static function create(string $path, ?Options $options = null): self
    {
        return self::begin(['path' => $path, 'create' => true], $options);
    }

    /**
     * Opens. Writes nothing when the file is current.
     *
     * @throws HabeasException
     */
    public static function open(string $path, ?Options $options = null): self
    {
        return self::begin(['path' => $path], $options);
    }

    /**
     * A store without files, for tests; gone when it is closed.
     *
     * @throws HabeasException
     */
    public static function inMemory(?Options $options = null): self
    {
        return self::begin(['memory' => true], $options);
    }

    /**
     * Brings an older file to this version; copies it to $backup first unless that is null.
     *
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     */
    public static function migrate(
        string $path,
        ?Options $options = null,
        ?string $backup = null,
        ?callable $progress = null,
    ): void {
        $options ??= new Options();
        (new Connection(Diagnostics::choose($options), $options))->call('store.migrate', [
            'options' => $options->document(['path' => $path]),
            'backup' => $backup,
        ], ['progress' => $progress], false);
    }

    /**
     * Makes a store of a backup at $to; nobody who was erased since is in it.
     *
     * @param string $key the text of the backup key
     * @param bool $overwrite a store that is there may go
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<string, mixed> schema restore_report
     */
    public static function restore(
        string $backup,
        string $to,
        #[\SensitiveParameter] string $key,
        ?Options $options = null,
        bool $overwrite = false,
        ?callable $progress = null,
    ): array {
        $options ??= new Options();
        return (new Connection(Diagnostics::choose($options), $options))->call('backup.restore', [
            'path' => $backup,
            'key' => $key,
            'options' => $options->document(['path' => $to]),
            'overwrite' => $overwrite,
        ], ['progress' => $progress], false);
    }

    /** @param array<string, mixed> $place */
    private static function begin(array $place, ?Options $options): self
    {
        $options ??= new Options();
        $transport = Diagnostics::choose($options);
        if ($transport->kind() !== TransportKind::Process && isset($place['path'])) {
            Diagnostics::refuseSecondSqlite($place['path']);
        }
        $connection = new Connection($transport, $options);
        $connection->open($place);
        return new self($connection, $options);
    }

    /** Again it does nothing; every other call gives a HandleException from then on. */
    public function close(): void
    {
        $this->connection->transport->close();
    }

    /** Which way this store is reached. */
    public function transport(): TransportKind
    {
        return $this->connection->transport->kind();
    }

    /**
     * Id, path, schema version, key id, warnings (schema store_info).
     *
     * @return array<string, mixed>
     */
    public function info(): array
    {
        return $this->connection->call('store.info');
    }

    /** Who acts from now on. */
    public function setActor(Actor $actor): void
    {
        $this->connection->call('store.set_actor', $actor->document());
    }

    /** The store's clock; inside a transaction the time of that transaction. */
    public function now(): \DateTimeImmutable
    {
        return Time::parse($this->connection->call('store.now'));
    }

    /**
     * All of it or nothing: what the function throws undoes what was done. Nested, it is a
     * savepoint. No callback of habeas's runs inside.
     *
     * @template T
     * @param callable(self): T $function
     * @return T
     */
    public function transaction(callable $function): mixed
    {
        $this->connection->call('transaction.begin');
        try {
            $result = $function($this);
        } catch (\Throwable $error) {
            try {
                $this->connection->call('transaction.rollback');
            } catch (HabeasException) {
                // Closed, or its process died: then it was rolled back already.
            }
            throw $error;
        }
        $this->connection->call('transaction.commit');
        return $result;
    }

    /**
     * One consistent view for many reads: keep it to a batch of questions.
     *
     * @template T
     * @param callable(self): T $function
     * @return T
     */
    public function snapshot(callable $function): mixed
    {
        $this->connection->call('snapshot.begin');
        try {
            return $function($this);
        } finally {
            $this->connection->call('snapshot.end');
        }
    }

    /**
     * One SELECT over the documented views (v_subject, v_consent, v_event, ...), row by row.
     * Values are texts or null. More than 100,000 rows are an InvalidException: page by a WHERE.
     *
     * @param list<string|int|float> $parameters for each ?
     * @return \Generator<int, array<string, string|null>>
     */
    public function query(string $sql, array $parameters = [], ?int $limitMilliseconds = null): \Generator
    {
        $found = $this->connection->call('query', [
            'sql' => $sql,
            'parameters' => array_map(strval(...), $parameters),
            'limit' => 100000,
            'limit_ms' => $limitMilliseconds,
        ]);
        if ($found['more']) {
            throw HabeasException::of(
                Status::Invalid,
                'sql',
                'more than 100,000 rows: ask for a part of them by WHERE and LIMIT',
            );
        }
        foreach ($found['rows'] as $row) {
            yield array_combine($found['columns'], $row);
        }
    }

    /** A setting as text; empty if it was never set. */
    public function setting(string $name): string
    {
        return $this->connection->call('setting.get', ['name' => $name]);
    }

    public function setSetting(string $name, string $value): void
    {
        $this->connection->call('setting.set', ['name' => $name, 'value' => $value]);
    }

    /**
     * What is declared, as one document (schema definitions).
     *
     * @return array<string, mixed>
     */
    public function definitions(): array
    {
        return $this->connection->call('definitions.export');
    }

    /**
     * Applies such a document: all of it or nothing; the same again changes nothing, and nothing is
     * ever deleted.
     *
     * @param array<string, mixed> $definitions
     * @return array<string, mixed> schema apply_report
     */
    public function apply(array $definitions, bool $dryRun = false): array
    {
        return $this->connection->call(
            'definitions.apply',
            ['definitions' => Json::object($definitions), 'dry_run' => $dryRun],
        );
    }

    /**
     * The records of processing activities (art. 30) as of today, with what they lack (schema
     * processing_records).
     *
     * @return array<array-key, mixed>
     */
    public function records(): array
    {
        return $this->connection->call('records.json');
    }

    /** The same as one HTML page in English. */
    public function recordsHtml(): string
    {
        return $this->connection->call('records.html');
    }

    /**
     * Draft of a privacy notice (arts. 13, 14) and what it lacks (schema privacy_notice). $language:
     * en or de.
     *
     * @return array<array-key, mixed>
     */
    public function privacyNotice(string $language = 'en'): array
    {
        return $this->connection->call('records.notice', ['language' => $language]);
    }

    /** The same as one HTML page for people. */
    public function privacyNoticeHtml(string $language = 'en'): string
    {
        return $this->connection->call('records.notice_html', ['language' => $language]);
    }

    /**
     * Consent texts and published forms held against the rules of forms (schema records_lint).
     *
     * @return array<array-key, mixed>
     */
    public function lintTexts(): array
    {
        return $this->connection->call('records.lint');
    }

    /**
     * Finishes what waits: physical erasure, expiries, files past their time; runs the rules of
     * retention. Call it now and then.
     *
     * @return array<string, int>
     */
    public function tick(): array
    {
        $warning = $this->options->logger === null ? null : Diagnostics::secondSqlite($this);
        if ($warning !== null) {
            $this->options->logger->warning($warning);
        }
        return $this->connection->call('store.tick');
    }

    /**
     * Integrity, state against ledger, audit chain, and residue: values that must be nowhere any
     * more. A finding is no failure.
     *
     * @param array<string, mixed>|null $options schema verify_options
     * @param (callable(int, int): mixed)|null $progress done and total; false stops
     * @return array<string, mixed> schema verify_report
     */
    public function verify(?array $options = null, ?callable $progress = null): array
    {
        return $this->connection->call(
            'store.verify',
            ['options' => Json::object($options)],
            ['progress' => $progress],
        );
    }

    /** Makes a root key and makes it the active one; its id. */
    public function rotateKey(?callable $progress = null): string
    {
        return $this->connection->call('store.rotate_key', [], ['progress' => $progress]);
    }

    /**
     * Who is asked before anything is allowed (chapter V): gets at, country, code, purpose and
     * processor, and gives true or false. null: nobody but the registry of processors.
     *
     * @param (callable(array<string, mixed>): bool)|null $guard
     */
    public function guardTransfers(?callable $guard): void
    {
        $this->connection->call($guard === null ? 'transfer.detach' : 'transfer.attach');
        $this->connection->attach('transfer.guard', $guard);
    }

    /**
     * Many calls at once by their names on the wire: [['method' => 'tag.add', 'params' => [...]]].
     * In one transaction (all or none: what fails is thrown), or each on its own: then there is a
     * result or an error for each.
     *
     * @param list<array{method: string, params?: array<string, mixed>}> $calls
     * @return list<array{result?: mixed, error?: array{status: string, where: string, message: string}}>
     */
    public function bulk(array $calls, bool $transaction = true): array
    {
        foreach ($calls as &$call) {
            $call['params'] = Json::object($call['params'] ?? []);
        }
        return $this->connection->call('bulk', ['calls' => $calls, 'transaction' => $transaction]);
    }

    /**
     * Any method by its name on the wire (see capi/CALLS.md), for what this package has no word for.
     *
     * @param array<string, mixed> $params
     */
    public function call(string $method, array $params = []): mixed
    {
        return $this->connection->call($method, $params);
    }
}

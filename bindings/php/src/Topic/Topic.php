<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Connection;

/**
 * A part of a store. Its documents have schemas, named here: share/habeas/schemas of the library.
 */
abstract class Topic
{
    /** @internal */
    public function __construct(protected readonly Connection $connection)
    {
    }

    /**
     * A cursor, page by page; it ends with the loop, however that ends.
     *
     * @return \Generator<int, mixed>
     */
    protected function walk(string $cursor, bool $numbers = false): \Generator
    {
        try {
            do {
                $page = $this->connection->call(
                    'cursor.next',
                    ['cursor' => $cursor, 'limit' => 500, 'numbers' => $numbers],
                );
                foreach ($page['rows'] as $row) {
                    yield $row;
                }
            } while (!$page['done']);
        } finally {
            try {
                $this->connection->call('cursor.close', ['cursor' => $cursor]);
            } catch (\Habeas\Exception\HabeasException) {
                // The store was closed before: the cursor went with it.
            }
        }
    }
}

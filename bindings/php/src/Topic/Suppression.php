<?php

declare(strict_types=1);

namespace Habeas\Topic;

/**
 * Whom nobody writes to any more; only keyed hashes are kept.
 */
final class Suppression extends Topic
{
    /** reason: objection, erasure, bounce, complaint; scope: marketing, all. */
    public function add(
        string $kind,
        string $value,
        string $reason,
        string $scope,
        ?string $note = null,
    ): void {
        $this->connection->call(
            'suppression.add',
            ['kind' => $kind, 'value' => $value, 'reason' => $reason, 'scope' => $scope, 'note' => $note],
        );
    }

    /** Only for the person's own later act, which `reason` names. False: there was no entry. */
    public function remove(string $kind, string $value, string $reason): bool
    {
        return $this->connection->call(
            'suppression.remove',
            ['kind' => $kind, 'value' => $value, 'reason' => $reason],
        );
    }

    /** Is the identifier on the list? */
    public function has(string $kind, string $value): bool
    {
        return $this->connection->call('suppression.has', ['kind' => $kind, 'value' => $value]);
    }

    /** Entries of the list. */
    public function count(): int
    {
        return $this->connection->call('suppression.count');
    }
}

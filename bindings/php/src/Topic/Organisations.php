<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Blank;
use Habeas\Json;

/**
 * Legal persons or households that subjects belong to.
 */
final class Organisations extends Topic
{
    /**
     * Schema organisation_input.
     *
     * @param array<string, mixed> $input
     */
    public function create(array $input): int
    {
        return $this->connection->call('organisation.create', ['input' => Json::object($input)]);
    }

    /**
     * Changes what the input names.
     *
     * @param array<string, mixed> $input
     */
    public function update(int $organisation, array $input, ?Blank $blank = null, ?int $version = null): void
    {
        $this->connection->call(
            'organisation.update',
            [
                'organisation' => $organisation,
                'input' => Json::object($input),
                'blank' => $blank,
                'version' => $version,
            ],
        );
    }

    /**
     * Schema organisation.
     *
     * @return array<array-key, mixed>
     */
    public function get(int $organisation): array
    {
        return $this->connection->call('organisation.get', ['organisation' => $organisation]);
    }

    /** By the host's id. */
    public function find(string $external): ?int
    {
        return $this->connection->call('organisation.find', ['external' => $external]);
    }

    /** Its memberships go, its subjects stay. */
    public function remove(int $organisation): void
    {
        $this->connection->call('organisation.remove', ['organisation' => $organisation]);
    }

    /** Makes a subject a member, or changes its role. */
    public function link(int $organisation, int $subject, ?string $role = null, ?bool $primary = null): void
    {
        $this->connection->call(
            'organisation.link',
            ['organisation' => $organisation, 'subject' => $subject, 'role' => $role, 'primary' => $primary],
        );
    }

    /** Ends a membership; nothing if there is none. */
    public function unlink(int $organisation, int $subject): void
    {
        $this->connection->call('organisation.unlink', ['organisation' => $organisation, 'subject' => $subject]);
    }

    /**
     * A subject's organisations (schema memberships).
     *
     * @return array<array-key, mixed>
     */
    public function of(int $subject): array
    {
        return $this->connection->call('organisation.of', ['subject' => $subject]);
    }

    /**
     * The numbers of its subjects.
     *
     * @return array<array-key, mixed>
     */
    public function members(int $organisation): array
    {
        return $this->connection->call('organisation.members', ['organisation' => $organisation]);
    }
}

<?php

declare(strict_types=1);

namespace Habeas;

/**
 * Who acts; kept with every write, export and disclosure (art. 5(2)).
 */
final class Actor
{
    public function __construct(
        public readonly ActorKind $kind = ActorKind::System,
        /** The host's own id of the person; empty for the system. */
        public readonly string $id = '',
        /** Why, in the host's words; may be empty. */
        public readonly string $reason = '',
    ) {
    }

    public static function person(string $id, string $reason = ''): self
    {
        return new self(ActorKind::Person, $id, $reason);
    }

    /** @return array<string, string> */
    public function document(): array
    {
        return ['kind' => $this->kind->value, 'id' => $this->id, 'reason' => $this->reason];
    }
}

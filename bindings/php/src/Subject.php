<?php

declare(strict_types=1);

namespace Habeas;

/**
 * A data subject (art. 4(1)) as it was when it was read.
 */
final class Subject
{
    /**
     * @param array<string, mixed> $fields
     * @param list<array{kind: string, value: string}> $identifiers
     */
    public function __construct(
        public readonly int $id,
        /** For Subjects::update(): it fails if somebody else changed the subject meanwhile. */
        public readonly int $version,
        public readonly \DateTimeImmutable $createdAt,
        public readonly \DateTimeImmutable $changedAt,
        public readonly string $source,
        public readonly array $fields,
        public readonly array $identifiers,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $document
     */
    public static function of(array $document): self
    {
        return new self(
            $document['id'],
            $document['version'],
            Time::parse($document['created_at']),
            Time::parse($document['changed_at']),
            $document['source'],
            $document['fields'],
            $document['identifiers'],
        );
    }

    /** The first of this kind, as it was typed; null if there is none. */
    public function identifier(string $kind): ?string
    {
        foreach ($this->identifiers as $each) {
            if ($each['kind'] === $kind) {
                return $each['value'];
            }
        }
        return null;
    }
}

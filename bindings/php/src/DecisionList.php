<?php

declare(strict_types=1);

namespace Habeas;

/**
 * Decisions about many subjects, in the order in which they were asked about.
 *
 * @implements \IteratorAggregate<int, Decision>
 * @implements \ArrayAccess<int, Decision>
 */
final class DecisionList implements \IteratorAggregate, \ArrayAccess, \Countable
{
    /**
     * @internal
     * @param list<int> $subjects
     * @param \Closure(int): array{bool, string, string, int, int} $answer at a place: allowed, reason,
     *        reference, event, holds_until in milliseconds (0: with none)
     */
    public function __construct(private readonly array $subjects, private readonly \Closure $answer)
    {
    }

    /** The numbers of those who may be processed. @return list<int> */
    public function allowed(): array
    {
        $out = [];
        foreach ($this->subjects as $place => $subject) {
            if (($this->answer)($place)[0]) {
                $out[] = $subject;
            }
        }
        return $out;
    }

    public function count(): int
    {
        return count($this->subjects);
    }

    public function getIterator(): \Generator
    {
        foreach ($this->subjects as $place => $subject) {
            yield $place => $this->at($place);
        }
    }

    public function offsetExists(mixed $offset): bool
    {
        return isset($this->subjects[$offset]);
    }

    public function offsetGet(mixed $offset): Decision
    {
        return isset($this->subjects[$offset]) ? $this->at($offset)
            : throw new \OutOfRangeException('there are ' . $this->count() . ' decisions');
    }

    public function offsetSet(mixed $offset, mixed $value): void
    {
        throw new \LogicException('decisions are not changed');
    }

    public function offsetUnset(mixed $offset): void
    {
        throw new \LogicException('decisions are not changed');
    }

    private function at(int $place): Decision
    {
        return Decision::direct($this->subjects[$place], ($this->answer)($place));
    }
}

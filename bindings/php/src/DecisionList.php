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
     * @param array{reasons: list<array{allowed: bool, reason: string, reference: string}>,
     *        reason: list<int>, event: list<int>, holds_until: list<int>} $columns
     */
    public function __construct(private readonly array $subjects, private readonly array $columns)
    {
    }

    /** The numbers of those who may be processed. @return list<int> */
    public function allowed(): array
    {
        $allowed = array_column($this->columns['reasons'], 'allowed');
        $out = [];
        foreach ($this->columns['reason'] as $place => $reason) {
            if ($allowed[$reason]) {
                $out[] = $this->subjects[$place];
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
        $reason = $this->columns['reasons'][$this->columns['reason'][$place]];
        return Decision::direct($this->subjects[$place], [
            $reason['allowed'],
            $reason['reason'],
            $reason['reference'],
            $this->columns['event'][$place],
            $this->columns['holds_until'][$place],
        ]);
    }
}

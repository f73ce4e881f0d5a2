<?php

declare(strict_types=1);

namespace Habeas\Transport;

/**
 * A transport that asks habeas_may_process and habeas_filter_subjects without a document in between.
 * It lends no callback: where the host has a clock or a guard of its own, the question goes by call().
 */
interface DecidesDirectly
{
    /**
     * @return array{bool, string, string, int, int} allowed, reason, reference, event, holds_until
     *         in milliseconds (0: with none)
     */
    public function decide(int $subject, string $purpose, int $channel): array;

    /**
     * @param array<mixed> $subjects
     * @return (\Closure(int): array{bool, string, string, int, int})|null the answer at a place of the
     *         list, as above; null where it holds what is no number: call() says so
     */
    public function decideMany(array $subjects, string $purpose, int $channel): ?\Closure;
}

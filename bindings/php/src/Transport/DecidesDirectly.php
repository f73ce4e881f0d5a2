<?php

declare(strict_types=1);

namespace Habeas\Transport;

/**
 * A transport that asks habeas_may_process without a document in between. It lends no callback:
 * where the host has a clock or a guard of its own, the question goes by call().
 */
interface DecidesDirectly
{
    /**
     * @return array{bool, string, string, int, int} allowed, reason, reference, event, holds_until
     *         in milliseconds (0: with none)
     */
    public function decide(int $subject, string $purpose, int $channel): array;
}

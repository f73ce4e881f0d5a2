<?php

declare(strict_types=1);

namespace Habeas\Topic;

use Habeas\Channel;
use Habeas\Decision;
use Habeas\DecisionList;

/**
 * May this subject be processed for this purpose over this channel? A denial is an answer and no
 * failure, also for who is not known and for a purpose that is not declared.
 */
final class Decisions extends Topic
{
    /**
     * @param \DateTimeInterface|null $at the moment asked about; null: now
     * @param \DateTimeInterface|null $knownAt what was recorded by then; null: all
     * @param string|null $controller which of several asks; null: the store's
     */
    public function mayProcess(
        int $subject,
        string $purpose,
        Channel $channel = Channel::Any,
        ?\DateTimeInterface $at = null,
        ?\DateTimeInterface $knownAt = null,
        ?string $controller = null,
    ): Decision {
        $direct = $this->connection->direct;
        if ($direct !== null && $at === null && $knownAt === null && $controller === null) {
            return Decision::direct($subject, $direct->decide($subject, $purpose, $channel->number()));
        }
        return Decision::of($this->connection->call('decide', [
            'subject' => $subject,
            'purpose' => $purpose,
            'channel' => $channel,
            'at' => $at,
            'known_at' => $knownAt,
            'controller' => $controller,
        ]));
    }

    /**
     * The same in words, step by step (schema explanation).
     *
     * @return array<string, mixed>
     */
    public function explain(
        int $subject,
        string $purpose,
        Channel $channel = Channel::Any,
        ?\DateTimeInterface $at = null,
        ?\DateTimeInterface $knownAt = null,
        ?string $controller = null,
    ): array {
        return $this->connection->call('explain', [
            'subject' => $subject,
            'purpose' => $purpose,
            'channel' => $channel,
            'at' => $at,
            'known_at' => $knownAt,
            'controller' => $controller,
        ]);
    }

    /**
     * Who of everybody may be processed, in order of number.
     *
     * @param bool $deniedToo give the denied with their reason as well
     * @return \Generator<int, Decision>
     */
    public function all(
        string $purpose,
        Channel $channel = Channel::Any,
        ?\DateTimeInterface $at = null,
        bool $deniedToo = false,
        ?string $controller = null,
        ?\DateTimeInterface $knownAt = null,
    ): \Generator {
        $after = null;
        do {
            $page = $this->connection->call('filter', [
                'purpose' => $purpose,
                'channel' => $channel,
                'at' => $at,
                'known_at' => $knownAt,
                'denied_too' => $deniedToo ?: null,
                'controller' => $controller,
                'after' => $after,
            ]);
            foreach ($page['decisions'] as $each) {
                yield Decision::of($each);
            }
            $after = $page['next'];
        } while ($after !== null);
    }

    /**
     * Who of these: one statement; order and duplicates as given, all are answered. The decisions
     * are made as they are looked at, so that thousands cost little.
     *
     * @param list<int> $subjects
     */
    public function of(
        array $subjects,
        string $purpose,
        Channel $channel = Channel::Any,
        ?\DateTimeInterface $at = null,
        ?string $controller = null,
        ?\DateTimeInterface $knownAt = null,
    ): DecisionList {
        $subjects = array_values($subjects);
        $direct = $at === null && $controller === null && $knownAt === null ? $this->connection->direct : null;
        return new DecisionList($subjects, $direct?->decideMany($subjects, $purpose, $channel->number())
            ?? self::answers($this->connection->call('filter_subjects', [
                'subjects' => $subjects,
                'purpose' => $purpose,
                'channel' => $channel,
                'at' => $at,
                'known_at' => $knownAt,
                'controller' => $controller,
                'columns' => true,
            ])));
    }

    /**
     * @param array{reasons: list<array{allowed: bool, reason: string, reference: string}>,
     *        reason: string, event: string, holds_until: ?string} $columns see capi/CALLS.md
     * @return \Closure(int): array{bool, string, string, int, int}
     */
    private static function answers(array $columns): \Closure
    {
        $reasons = array_map(array_values(...), $columns['reasons']);
        $reason = base64_decode($columns['reason']);
        $event = base64_decode($columns['event']);
        $until = $columns['holds_until'] === null ? null : base64_decode($columns['holds_until']);
        return static fn (int $place): array => [
            ...$reasons[ord($reason[$place])],
            unpack('P', $event, 8 * $place)[1],
            $until === null ? 0 : unpack('P', $until, 8 * $place)[1],
        ];
    }
}

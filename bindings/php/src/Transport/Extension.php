<?php

declare(strict_types=1);

namespace Habeas\Transport;

use Habeas\Exception\HabeasException;
use Habeas\Native;
use Habeas\Status;
use Habeas\TransportKind;

/**
 * libhabeas as a PHP extension (bindings/php/ext).
 */
final class Extension extends InProcess
{
    private ?Native\Store $store = null;

    public function __destruct()
    {
        $this->close();
    }

    public function kind(): TransportKind
    {
        return TransportKind::Extension;
    }

    public function open(#[\SensitiveParameter] string $options, ?callable $callback): void
    {
        try {
            $this->store = new Native\Store($options, $callback);
        } catch (Native\Failure $failure) {
            throw self::translated($failure);
        }
        $this->noteOpen($options);
    }

    public function call(string $method, string $params, ?callable $callback): string
    {
        try {
            return $this->store?->call($method, $params, $callback) ?? throw $this->closed();
        } catch (Native\Failure $failure) {
            throw self::translated($failure);
        }
    }

    public function callWithoutStore(
        string $method,
        #[\SensitiveParameter] string $params,
        ?callable $callback,
    ): string {
        try {
            return Native\call($method, $params, $callback);
        } catch (Native\Failure $failure) {
            throw self::translated($failure);
        }
    }

    public function decide(int $subject, string $purpose, int $channel): array
    {
        try {
            return $this->store?->decide($subject, $purpose, $channel) ?? throw $this->closed();
        } catch (Native\Failure $failure) {
            throw self::translated($failure);
        }
    }

    public function decideMany(array $subjects, string $purpose, int $channel): ?\Closure
    {
        try {
            $store = $this->store ?? throw $this->closed();
            $found = $store->decideMany($subjects, $purpose, $channel);
        } catch (Native\Failure $failure) {
            throw self::translated($failure);
        }
        if ($found === null) {
            return null;
        }
        [$reasons, $reason, $event, $until] = $found;
        return static fn (int $place): array
            => [...$reasons[$reason[$place]], $event[$place], $until[$place]];
    }

    public function close(): void
    {
        if ($this->store !== null) {
            $this->store->close();
            $this->store = null;
            $this->noteClosed();
        }
    }

    private static function translated(Native\Failure $failure): HabeasException
    {
        return HabeasException::of(
            Status::ofNumber($failure->getCode()),
            $failure->where,
            $failure->getMessage(),
        );
    }
}

<?php

declare(strict_types=1);

namespace Habeas;

use Habeas\Exception\CallbackException;
use Habeas\Exception\HabeasException;
use Habeas\Transport\DecidesDirectly;
use Habeas\Transport\Transport;

/**
 * An open store as the topics use it: arrays in and out, and the callbacks.
 *
 * @internal
 */
final class Connection
{
    /** @var array<string, callable> by code */
    private array $holders = [];
    /** @var array<string, callable> by name of the callback */
    private array $attached = [];
    /** @var array<string, callable> of the call that runs */
    private array $ofCall = [];
    private ?\Throwable $thrown = null;
    private bool $cancelled = false;
    private readonly \Closure $answer;
    /** The short way to a decision; null where there is none, or the host has a clock or a guard. */
    public ?DecidesDirectly $direct = null;

    public function __construct(public readonly Transport $transport, private readonly Options $options)
    {
        // Weak, so that a store that nobody has any more closes at once.
        $weak = \WeakReference::create($this);
        $this->answer = static fn (string $name, string $document): ?string
            => $weak->get()?->answer($name, $document);
        if ($options->clock !== null) {
            $clock = $options->clock;
            $this->attached['clock'] = static fn (): string => Time::format($clock());
        }
        $this->chooseDirect();
    }

    /** @param array<string, mixed> $place */
    public function open(array $place): void
    {
        $this->transport->open(Json::encode($this->options->document($place)), $this->callback());
    }

    /**
     * @param array<string, mixed> $params what is null is left out
     * @param array<string, callable|null> $callbacks for this call
     */
    public function call(
        string $method,
        array $params = [],
        array $callbacks = [],
        bool $withStore = true,
    ): mixed {
        return Json::decode($this->raw($method, $params, $callbacks, $withStore));
    }

    /**
     * @param array<string, mixed> $params
     * @param array<string, callable|null> $callbacks
     */
    private function raw(string $method, array $params, array $callbacks, bool $withStore): string
    {
        $given = array_filter($params, static fn (mixed $value): bool => $value !== null);
        $outer = $this->ofCall;
        $this->ofCall = array_filter($callbacks);
        if (isset($this->ofCall['progress'])) {
            $given['progress'] = true;
        }
        $this->thrown = null;
        $this->cancelled = false;
        try {
            $text = [$this->transport, $withStore ? 'call' : 'callWithoutStore'](
                $method,
                $given === [] ? '{}' : Json::encode($given),
                $this->callback(),
            );
        } catch (HabeasException $error) {
            throw $this->withReason($error);
        } finally {
            $this->ofCall = $outer;
        }
        if ($this->thrown !== null) {
            $thrown = $this->thrown;
            $this->thrown = null;
            throw new CallbackException(
                'a callback failed, and what it was for is tried again later: ' . $thrown::class,
                Status::Callback,
                'callback',
                $thrown,
                Json::decode($text),
            );
        }
        return $text;
    }

    public function attachHolder(string $code, ?callable $holder): void
    {
        if ($holder === null) {
            unset($this->holders[$code]);
        } else {
            $this->holders[$code] = $holder;
        }
    }

    public function attach(string $name, ?callable $callback): void
    {
        if ($callback === null) {
            unset($this->attached[$name]);
        } else {
            $this->attached[$name] = $callback;
        }
        $this->chooseDirect();
    }

    private function chooseDirect(): void
    {
        $this->direct = $this->attached === [] && $this->transport instanceof DecidesDirectly
            ? $this->transport : null;
    }

    private function callback(): ?\Closure
    {
        return $this->holders !== [] || $this->attached !== [] || $this->ofCall !== []
            || $this->options->logger !== null ? $this->answer : null;
    }

    private function withReason(HabeasException $error): HabeasException
    {
        if ($this->cancelled) {
            return HabeasException::of(
                Status::Cancelled,
                'progress',
                'the progress callback stopped it; what was done until then stays where the '
                    . 'method says so',
            );
        }
        if ($this->thrown === null) {
            return $error;
        }
        $thrown = $this->thrown;
        $this->thrown = null;
        $class = $error::class;
        return new $class($error->getMessage(), $error->status, $error->where, $thrown);
    }

    private function answer(string $name, string $document): ?string
    {
        try {
            $given = Json::decode($document);
            if ($name === 'log') {
                $this->options->logger?->log((string) $given['level'], (string) $given['message']);
                return 'null';
            }
            $function = $name === 'holder' ? $this->holders[$given['holder']] ?? null
                : $this->ofCall[$name] ?? $this->attached[$name] ?? null;
            if ($function === null) {
                return null;
            }
            if ($name === 'progress') {
                $this->cancelled = $function($given['done'], $given['total']) === false;
                return $this->cancelled ? null : 'null';
            }
            $answer = $function($given);
            return Json::encode($name === 'holder' && $answer === [] ? null : $answer);
        } catch (\Throwable $error) {
            $this->thrown ??= $error;
            return null;
        }
    }
}

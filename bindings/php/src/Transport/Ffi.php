<?php

declare(strict_types=1);

namespace Habeas\Transport;

use Habeas\Exception\HabeasException;
use Habeas\Preloaded;
use Habeas\Status;
use Habeas\TransportKind;

/**
 * libhabeas by PHP's FFI.
 */
final class Ffi extends InProcess
{
    private const FAILED = -29; // HABEAS_E_CALLBACK

    /** @var array<string, \FFI> by library */
    private static array $loaded = [];
    /** @var array<int, array{bool, string, string}> what a reason says: a reason allows, or it does not */
    private static array $reasons = [];
    private readonly \FFI $ffi;
    private ?\FFI\CData $store = null;
    private readonly \FFI\CData $decision;
    private readonly \FFI\CData $decisionOut;
    /** Made once: PHP keeps each function that C got until the end of the request. */
    private ?\FFI\CData $native = null;
    /** @var (callable(string, string): ?string)|null of the call that runs */
    private $callback = null;

    public function __construct(private readonly string $library)
    {
        $this->ffi = self::load($library);
        $this->decision = $this->ffi->new('habeas_decision');
        $this->decision->struct_size = \FFI::sizeof($this->decision);
        $this->decisionOut = \FFI::addr($this->decision);
    }

    public function __destruct()
    {
        $this->close();
    }

    /** @internal */
    public static function load(string $library): \FFI
    {
        return self::$loaded[$library] ??= class_exists(Preloaded::class, false)
            ? Preloaded::scope()
            : \FFI::cdef(
                (string) file_get_contents(__DIR__ . '/../../resources/habeas_ffi.h'),
                $library,
            );
    }

    public function kind(): TransportKind
    {
        return TransportKind::Ffi;
    }

    public function open(#[\SensitiveParameter] string $options, ?callable $callback): void
    {
        $place = $this->ffi->new('habeas_store*');
        $status = $this->lend($callback, fn (?\FFI\CData $function): int
            => $this->ffi->habeas_call_open(
                $options,
                strlen($options),
                $function,
                null,
                \FFI::addr($place),
            ));
        $this->check($status);
        $this->store = $place;
        $this->noteOpen($options);
    }

    public function call(string $method, string $params, ?callable $callback): string
    {
        if ($this->store === null) {
            throw $this->closed();
        }
        return $this->callWithoutStore($method, $params, $callback);
    }

    public function callWithoutStore(
        string $method,
        #[\SensitiveParameter] string $params,
        ?callable $callback,
    ): string {
        $result = $this->ffi->new('habeas_string');
        $status = $this->lend($callback, fn (?\FFI\CData $function): int => $this->ffi->habeas_call(
            $this->store,
            $method,
            strlen($method),
            $params,
            strlen($params),
            $function,
            null,
            \FFI::addr($result),
        ));
        $this->check($status);
        $text = \FFI::string($result->data, $result->size);
        $this->ffi->habeas_string_free(\FFI::addr($result));
        return $text;
    }

    public function decide(int $subject, string $purpose, int $channel): array
    {
        if ($this->store === null) {
            throw $this->closed();
        }
        $status = $this->ffi->habeas_may_process(
            $this->store,
            $subject,
            $purpose,
            strlen($purpose),
            $channel,
            null,
            $this->decisionOut,
        );
        if ($status !== 0) {
            $this->check($status);
        }
        return $this->answer($this->decision);
    }

    public function decideMany(array $subjects, string $purpose, int $channel): ?\Closure
    {
        if ($this->store === null) {
            throw $this->closed();
        }
        $count = count($subjects);
        if ($count === 0 || array_filter($subjects, 'is_int') !== $subjects) {
            return null;
        }
        $numbers = $this->ffi->new("int64_t[$count]");
        \FFI::memcpy($numbers, pack('q*', ...array_values($subjects)), \FFI::sizeof($numbers));
        $found = $this->ffi->new("habeas_decision[$count]");
        $found[0]->struct_size = \FFI::sizeof($this->decision);
        $status = $this->ffi->habeas_filter_subjects(
            $this->store,
            $purpose,
            strlen($purpose),
            $channel,
            null,
            $numbers,
            $count,
            $found,
        );
        if ($status !== 0) {
            $this->check($status);
        }
        return fn (int $place): array => $this->answer($found[$place]);
    }

    /** @return array{bool, string, string, int, int} */
    private function answer(\FFI\CData $found): array
    {
        [$allowed, $name, $reference] = self::$reasons[$found->reason] ??= [
            $found->allowed === 1,
            $this->ffi->habeas_name(4, $found->reason), // HABEAS_LIST_REASON
            $this->ffi->habeas_reason_reference($found->reason),
        ];
        return [$allowed, $name, $reference, $found->event, $found->holds_until];
    }

    public function close(): void
    {
        if ($this->store !== null) {
            $store = $this->store;
            $this->store = null;
            $this->ffi->habeas_store_close($store);
            $this->noteClosed();
        }
    }

    /** @param callable(\FFI\CData|null): int $call */
    private function lend(?callable $callback, callable $call): int
    {
        if ($callback === null) {
            return $call(null);
        }
        if ($this->native === null) {
            $this->native = $this->ffi->new('struct { habeas_callback_fn function; }');
            $this->native->function = self::asked(\WeakReference::create($this));
        }
        $outer = $this->callback;
        $this->callback = $callback;
        try {
            return $call($this->native->function);
        } finally {
            $this->callback = $outer;
        }
    }

    /** @param \WeakReference<self> $weak */
    private static function asked(\WeakReference $weak): \Closure
    {
        return static function (
            mixed $user,
            string $name,
            int $nameSize,
            string $document,
            int $documentSize,
            \FFI\CData $reply,
        ) use ($weak): int {
            $transport = $weak->get();
            $answer = $transport?->callback === null ? null
                : ($transport->callback)(substr($name, 0, $nameSize), $document);
            return $answer === null ? self::FAILED
                : $transport->ffi->habeas_reply_set($reply, $answer, strlen($answer));
        };
    }

    private function check(int $status): void
    {
        if ($status === 0) {
            return;
        }
        $error = $this->ffi->new('habeas_error');
        $this->ffi->habeas_error_init(\FFI::addr($error), \FFI::sizeof($error));
        $this->ffi->habeas_last_error(\FFI::addr($error));
        throw HabeasException::of(
            Status::ofNumber($status),
            \FFI::string($error->where),
            \FFI::string($error->message),
        );
    }
}

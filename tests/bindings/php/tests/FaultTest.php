<?php

declare(strict_types=1);

namespace Habeas\Tests;

use Habeas\Options;
use Habeas\Status;
use Habeas\Store;
use Habeas\TransportKind;

final class FaultTest extends StoreTestCase
{
    public function testAChildProcessThatDiesIsNamedAndTheStoreIsWhole(): void
    {
        $this->onlyBy(TransportKind::Process);
        $store = $this->created();
        self::person($store);
        $pid = $this->childOf((int) getmypid());
        posix_kill($pid, SIGKILL);
        $error = self::failure(Status::Transport, fn () => $store->subjects->count());
        self::assertStringContainsString('during subject.count', $error->getMessage());
        self::assertStringContainsString('signal 9', $error->getMessage());
        self::assertStringContainsString(
            'open the store again',
            self::failure(Status::Transport, fn () => $store->tick())->getMessage(),
        );
        self::assertSame(1, $this->again()->subjects->count());
        self::assertWhole($this->again());
    }

    public function testAChildProcessThatDiesInTheMiddleOfATransactionUndoesIt(): void
    {
        $this->onlyBy(TransportKind::Process);
        $store = $this->created();
        $anna = self::person($store);
        self::failure(Status::Transport, fn () => $store->transaction(function (Store $store) use ($anna): void {
            $store->tags->add($anna, 'never');
            posix_kill($this->childOf((int) getmypid()), SIGKILL);
            $store->tags->add($anna, 'neither');
        }));
        $again = $this->again();
        self::assertSame([], $again->tags->of($anna));
        self::assertWhole($again);
    }

    public function testAChildProcessThatDoesNotAnswerIsGivenUp(): void
    {
        $this->onlyBy(TransportKind::Process);
        $store = Store::create($this->folder . '/a.habeas', self::options(['timeout' => 0.4]));
        posix_kill($this->childOf((int) getmypid()), SIGSTOP);
        $error = self::failure(Status::Transport, fn () => $store->subjects->count());
        self::assertStringContainsString('no answer within 0.4 s', $error->getMessage());
        self::assertSame(0, $this->again()->subjects->count());
    }

    public function testAProgramThatIsNoneIsSaid(): void
    {
        $this->onlyBy(TransportKind::Process);
        foreach (['/bin/true', '/bin/cat', '/nowhere/habeas'] as $program) {
            $error = self::failure(Status::Transport, fn () => Store::inMemory(
                new Options(transport: TransportKind::Process, program: $program),
            ));
            self::assertStringContainsString($program, $error->getMessage());
        }
    }

    public function testAWorkerThatIsKilledInTheMiddleOfAnErasureLosesNothing(): void
    {
        $store = $this->created();
        for ($n = 0; $n < 400; ++$n) {
            $rows[] = ['fields' => ['email' => "person-$n@example.org"]];
        }
        $store->subjects->upsert($rows);
        $store->close();
        $erased = [];
        for ($round = 0; $round < 6; ++$round) {
            $pipes = [];
            // It says each erasure that was acknowledged, one after another, until it is killed.
            $process = $this->worker('
                $store = Habeas\Store::open($folder . "/a.habeas", $options);
                for ($n = ' . ($round * 60 + 1) . '; $n <= 400; ++$n) {
                    $store->erasures->execute($n);
                    echo $n, "\n";
                }', $pipes);
            $first = fgets($pipes[1]);
            self::assertIsString($first, (string) stream_get_contents($pipes[2]));
            usleep(random_int(0, 60000));
            proc_terminate($process, SIGKILL);
            $said = $first . stream_get_contents($pipes[1]);
            array_map(fclose(...), $pipes);
            proc_close($process);
            foreach (explode("\n", substr($said, 0, (int) strrpos($said, "\n"))) as $line) {
                $erased[(int) $line] = true;
            }
        }
        usleep(200000); // a child process of the killed one sees the end of its input
        $again = $this->again();
        self::assertGreaterThanOrEqual(6, count($erased));
        foreach (array_keys($erased) as $subject) {
            self::failure(Status::Erased, fn () => $again->subjects->get($subject));
            self::assertSame($subject, $again->erasures->receipt($subject)['subject']);
        }
        $again->tick();
        $values = array_map(
            static fn (int $subject): string => 'person-' . ($subject - 1) . '@example.org',
            array_keys($erased),
        );
        self::assertWhole($again, ['residue' => $values]);
    }

    public function testTwoWorkersAtOnceShareAStore(): void
    {
        $this->created()->close();
        $workers = [];
        foreach (['a', 'b'] as $name) {
            $pipes = [];
            $workers[] = [$this->worker('
                $store = Habeas\Store::open($folder . "/a.habeas", $options);
                for ($n = 0; $n < 50; ++$n) {
                    $store->subjects->create(["fields" => ["email" => "' . $name . '$n@example.org"]]);
                }
                echo "done";', $pipes), $pipes];
        }
        foreach ($workers as [$process, $pipes]) {
            self::assertSame('done', stream_get_contents($pipes[1]), (string) stream_get_contents($pipes[2]));
            proc_close($process);
        }
        $store = $this->again();
        self::assertSame(100, $store->subjects->count());
        self::assertWhole($store);
    }

    public function testAfterAForkTheStoreIsTheParentsAlone(): void
    {
        if (!function_exists('pcntl_fork')) {
            self::markTestSkipped('pcntl is missing');
        }
        $store = $this->created();
        $anna = self::person($store);
        $result = $this->folder . '/child';
        $child = pcntl_fork();
        if ($child === 0) {
            $said = [];
            $calls = [fn () => $store->subjects->count(), fn () => $store->decisions->mayProcess($anna, 'x')];
            foreach ($calls as $call) {
                try {
                    $call();
                    $said[] = 'no exception';
                } catch (\Habeas\Exception\HabeasException $error) {
                    $said[] = $error->status->value;
                }
            }
            $store->close();
            $store->close();
            unset($store);
            file_put_contents($result, implode(' ', $said));
            posix_kill((int) getmypid(), SIGKILL); // no shutdown of PHPUnit
        }
        pcntl_waitpid($child, $status);
        self::assertSame('forked forked', file_get_contents($result));
        self::assertSame(1, $store->subjects->count());
        $store->tags->add($anna, 'still there');
        self::assertWhole($store);
    }

    public function testAFatalErrorInACallbackLeavesTheStoreWhole(): void
    {
        $store = $this->created();
        self::person($store);
        $store->close();
        foreach (['str_repeat("x", PHP_INT_MAX >> 20 << 10);', 'exit(3);', 'throw new Error("no");'] as $n => $fatal) {
            $pipes = [];
            $process = $this->worker('ini_set("memory_limit", "32M");
                $store = Habeas\Store::open($folder . "/a.habeas", $options);
                $store->holders->define(["code" => "crm' . $n . '", "operations" => ["export"]]);
                $store->holders->attach("crm' . $n . '", function () { ' . $fatal . ' });
                $store->holders->ask(1, Habeas\Operation::Export);
                $store->holders->run();', $pipes);
            stream_get_contents($pipes[1]);
            stream_get_contents($pipes[2]);
            $code = proc_close($process);
            self::assertContains($code, [3, 255], $fatal); // and no signal
        }
        self::assertWhole($this->again());
    }

    public function testWhatIsTooLargeForALineIsRefusedAndTheStoreGoesOn(): void
    {
        $this->onlyBy(TransportKind::Process);
        $store = $this->memory();
        self::failure(Status::Invalid, fn () => $store->imports->contactsText(str_repeat('x', 65 << 20)));
        self::assertSame(0, $store->subjects->count());
    }

    /** @param array<string, mixed>|null $options */
    private static function assertWhole(Store $store, ?array $options = null): void
    {
        $errors = array_filter(
            $store->verify($options)['findings'],
            static fn (array $finding): bool => $finding['severity'] === 'error',
        );
        self::assertSame([], $errors);
    }

    private function onlyBy(TransportKind $kind): void
    {
        if (self::kind() !== $kind) {
            self::markTestSkipped('of the transport ' . $kind->value);
        }
    }

    private function childOf(int $parent): int
    {
        $children = trim((string) file_get_contents("/proc/$parent/task/$parent/children"));
        $all = explode(' ', $children);
        return (int) end($all);
    }
}

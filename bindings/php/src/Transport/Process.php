<?php

declare(strict_types=1);

namespace Habeas\Transport;

use Habeas\Exception\HabeasException;
use Habeas\Status;
use Habeas\TransportKind;

/**
 * A child process, `habeas serve --stdio`: works under every setting that allows proc_open.
 */
final class Process implements Transport
{
    private const PROTOCOL = 1;

    /** @var resource|null */
    private $process = null;
    /** @var array<int, resource> */
    private array $pipes = [];
    private int $number = 0;
    private int $maxLine = 0;
    private int $owner = 0;
    private bool $calling = false;
    private string $died = '';

    public function __construct(
        private readonly string $program,
        private readonly ?float $timeout = null,
    ) {
    }

    public function __destruct()
    {
        $this->close();
    }

    public function kind(): TransportKind
    {
        return TransportKind::Process;
    }

    public function open(#[\SensitiveParameter] string $options, ?callable $callback): void
    {
        $this->start();
        try {
            $this->call('open', $options, $callback);
        } catch (HabeasException $error) {
            $this->close();
            throw $error;
        }
    }

    public function callWithoutStore(
        string $method,
        #[\SensitiveParameter] string $params,
        ?callable $callback,
    ): string {
        $this->start();
        try {
            return $this->call($method, $params, $callback);
        } finally {
            $this->close();
        }
    }

    private function start(): void
    {
        $pipes = [];
        $process = @proc_open(
            [$this->program, 'serve', '--stdio'],
            [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']],
            $pipes,
        );
        if ($process === false) {
            throw $this->failure('the program "' . $this->program . '" could not be started; is it '
                . 'there, and is proc_open allowed? Habeas\Diagnostics tells');
        }
        $this->process = $process;
        $this->pipes = $pipes;
        $this->owner = (int) getmypid();
        stream_set_blocking($pipes[2], false);
        $hello = $this->read('starting');
        if (($hello['protocol'] ?? null) !== self::PROTOCOL) {
            $this->close();
            throw $this->failure('"' . $this->program . '" speaks another protocol than this package;'
                . ' install the habeas of the same version');
        }
        $this->maxLine = (int) $hello['max_line'];
    }

    public function call(string $method, string $params, ?callable $callback): string
    {
        $this->expectOpen();
        if ($this->calling) {
            throw HabeasException::of(
                Status::Concurrent,
                'store',
                'a call runs and waits for its callback: use the store when that has returned',
            );
        }
        $id = ++$this->number;
        $line = '{"id":' . $id . ',"method":' . json_encode($method, JSON_THROW_ON_ERROR)
            . ',"params":' . $params . "}\n";
        if (strlen($line) > $this->maxLine) {
            throw HabeasException::of(
                Status::Invalid,
                'params',
                'more than ' . $this->maxLine . ' bytes in one call: send less at once',
            );
        }
        $this->calling = true;
        try {
            $this->write($line, $method);
            return $this->answer($id, $method, $callback);
        } finally {
            $this->calling = false;
        }
    }

    public function close(): void
    {
        if ($this->process === null) {
            return;
        }
        $process = $this->process;
        $this->process = null;
        if ($this->owner !== getmypid()) {
            $this->pipes = []; // the parent's: its process goes on
            return;
        }
        foreach ($this->pipes as $pipe) {
            if (is_resource($pipe)) {
                fclose($pipe); // the end of its input ends it
            }
        }
        $this->pipes = [];
        proc_close($process);
    }

    private function expectOpen(): void
    {
        if ($this->process !== null && $this->owner !== getmypid()) {
            throw HabeasException::of(
                Status::Forked,
                'store',
                'the store was opened before fork(): open it anew in the child',
            );
        }
        if ($this->process === null) {
            throw $this->died === ''
                ? HabeasException::of(Status::Handle, 'store', 'the store is closed')
                : $this->failure($this->died . '; open the store again');
        }
    }

    private function answer(int $id, string $method, ?callable $callback): string
    {
        for (;;) {
            $line = $this->line($method);
            $begin = '{"id":' . $id . ',"result":';
            if (str_starts_with($line, $begin)) {
                return substr($line, strlen($begin), -1);
            }
            $message = json_decode($line, true);
            if (!is_array($message)) {
                throw $this->end('the habeas process wrote what is no answer, during ' . $method);
            }
            if (isset($message['log'])) {
                if ($callback !== null) {
                    $callback('log', json_encode($message['log'], JSON_THROW_ON_ERROR));
                }
            } elseif (isset($message['callback'])) {
                // As it came, so that an empty object stays one.
                $mark = '"params":';
                $document = substr($line, (int) strpos($line, $mark) + strlen($mark), -1);
                $answer = $callback === null ? null : $callback($message['callback'], $document);
                $this->expectOpen(); // the callback may have closed the store
                $this->write(
                    $answer === null ? "{\"failed\":true}\n" : '{"answer":' . $answer . "}\n",
                    $method,
                );
            } elseif (isset($message['error'])) {
                $error = $message['error'];
                throw HabeasException::of(
                    Status::tryFrom((string) $error['status']) ?? Status::Callback,
                    (string) $error['where'],
                    (string) $error['message'],
                );
            }
        }
    }

    /** @return array<string, mixed> */
    private function read(string $during): array
    {
        $message = json_decode($this->line($during), true);
        if (!is_array($message)) {
            throw $this->end('the program "' . $this->program . '" is no habeas that serves');
        }
        return $message;
    }

    private function line(string $during): string
    {
        if ($this->timeout !== null) {
            $read = [$this->pipes[1]];
            $none = null;
            $seconds = (int) $this->timeout;
            $micro = (int) (($this->timeout - $seconds) * 1e6);
            if (@stream_select($read, $none, $none, $seconds, $micro) === 0) {
                proc_terminate($this->process, 9);
                throw $this->end('no answer within ' . $this->timeout . ' s, during ' . $during);
            }
        }
        $line = fgets($this->pipes[1]);
        if ($line === false || !str_ends_with($line, "\n")) {
            throw $this->end('the process of "' . $this->program . '" ended during ' . $during);
        }
        return substr($line, 0, -1);
    }

    private function write(string $text, string $during): void
    {
        for ($left = $text; $left !== '';) {
            $done = @fwrite($this->pipes[0], $left);
            if ($done === false || $done === 0) {
                throw $this->end('the process of "' . $this->program . '" ended during ' . $during);
            }
            $left = substr($left, $done);
        }
    }

    /** The process is no use any more: what it said last, and that the store is whole. */
    private function end(string $what): HabeasException
    {
        $said = trim((string) @stream_get_contents($this->pipes[2], 2000));
        $state = proc_get_status($this->process);
        for ($n = 0; $n < 50 && $state['running'] && feof($this->pipes[1]); ++$n) {
            usleep(10000); // its pipes close a moment before it is gone
            $state = proc_get_status($this->process);
        }
        if ($state['signaled']) {
            $what .= ' (signal ' . $state['termsig'] . ')';
        } elseif (!$state['running'] && $state['exitcode'] > 0) {
            $what .= ' (exit code ' . $state['exitcode'] . ')';
        }
        $this->close();
        $this->died = $what;
        return $this->failure($what . '; whether the call was done has to be looked up, half of it '
            . 'never is' . ($said === '' ? '' : '. It said: ' . $said));
    }

    private function failure(string $message): HabeasException
    {
        return HabeasException::of(Status::Transport, $this->program, $message);
    }
}

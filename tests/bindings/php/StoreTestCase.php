<?php

declare(strict_types=1);

namespace Habeas\Tests;

use Habeas\Channel;
use Habeas\EventKind;
use Habeas\Exception\HabeasException;
use Habeas\Options;
use Habeas\Status;
use Habeas\Store;
use Habeas\TransportKind;
use PHPUnit\Framework\TestCase;

/**
 * A scratch folder and stores over the transport of this run (HABEAS_TRANSPORT).
 */
abstract class StoreTestCase extends TestCase
{
    protected string $folder = '';
    protected \DateTimeImmutable $time;

    protected function setUp(): void
    {
        $this->time = new \DateTimeImmutable('2026-06-01T10:00:00Z');
        $this->folder = sys_get_temp_dir() . '/habeas-php-' . bin2hex(random_bytes(6));
        mkdir($this->folder, 0700);
    }

    protected function tearDown(): void
    {
        gc_collect_cycles();
        exec('rm -rf ' . escapeshellarg($this->folder));
    }

    protected static function kind(): TransportKind
    {
        return TransportKind::from(getenv('HABEAS_TRANSPORT') ?: 'process');
    }

    /** @param array<string, mixed> $more */
    protected static function options(array $more = []): Options
    {
        return new Options(...($more + ['transport' => self::kind()]));
    }

    /** In memory, with a clock that stands still until moved. */
    protected function memory(): Store
    {
        return Store::inMemory(self::options(['clock' => fn (): \DateTimeImmutable => $this->time]));
    }

    protected function created(string $name = 'a.habeas'): Store
    {
        return Store::create($this->folder . '/' . $name, self::options());
    }

    protected function again(string $name = 'a.habeas'): Store
    {
        return Store::open($this->folder . '/' . $name, self::options());
    }

    /** What a shop declares. */
    protected static function declare(Store $store): void
    {
        $store->apply([
            'habeas_definitions' => 1,
            'settings' => [
                'controller' => [
                    'name' => 'Example Shop',
                    'country' => 'AT',
                    'address' => '1 Main St',
                    'email' => 'shop@shop.example',
                ],
                'base_url' => 'https://shop.example',
                'sender' => 'Example Shop <news@shop.example>',
            ],
            'purposes' => [
                [
                    'code' => 'newsletter', 'labels' => ['en' => 'Newsletter'], 'basis' => 'consent',
                    'kind' => 'marketing', 'channels' => ['email'],
                    'texts' => [['texts' => [
                        ['language' => 'en', 'text' => 'Yes, write to me.', 'label' => 'Yes'],
                    ]]],
                ],
                [
                    'code' => 'orders', 'labels' => ['en' => 'Orders'], 'basis' => 'contract',
                    'kind' => 'transactional', 'channels' => ['email'],
                ],
            ],
            'templates' => [[
                'code' => 'order', 'purpose' => 'orders',
                'languages' => ['en' => ['subject' => 'Your order', 'text' => 'It is on its way.']],
            ]],
        ]);
    }

    protected static function person(Store $store, string $email = 'anna@example.org'): int
    {
        return $store->subjects->create(['fields' => ['email' => $email, 'first_name' => 'Anna']]);
    }

    protected static function consent(Store $store, int $subject): int
    {
        return $store->consents->record([
            'subject' => $subject,
            'kind' => EventKind::Granted,
            'purpose' => 'newsletter',
            'channel' => Channel::Email,
            'evidence' => ['method' => 'form', 'text_version' => 1, 'language' => 'en'],
        ]);
    }

    /** The exception that a call throws. */
    protected static function failure(Status $status, callable $call): HabeasException
    {
        try {
            $call();
        } catch (HabeasException $error) {
            self::assertSame($status, $error->status, $error->getMessage());
            self::assertInstanceOf($status->exception(), $error);
            return $error;
        }
        self::fail('no exception, but ' . $status->value . ' was expected');
    }

    /**
     * Another PHP with the same settings that runs this code; the store is in $folder.
     *
     * @param array<int, mixed> $pipes
     * @return resource
     */
    protected function worker(string $code, array &$pipes)
    {
        $begin = 'require ' . var_export(__DIR__ . '/../../../bindings/php/autoload.php', true) . '; $folder = '
            . var_export($this->folder, true) . '; $options = new Habeas\Options(transport: '
            . 'Habeas\TransportKind::from(' . var_export(self::kind()->value, true) . '));';
        $words = array_filter(explode(' ', (string) getenv('HABEAS_PHP_OPTIONS')));
        $process = proc_open(
            [PHP_BINARY, ...$words, '-r', $begin . $code],
            [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']],
            $pipes,
        );
        self::assertIsResource($process);
        return $process;
    }
}

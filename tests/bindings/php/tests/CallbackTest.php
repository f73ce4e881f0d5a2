<?php

declare(strict_types=1);

namespace Habeas\Tests;

use Habeas\Channel;
use Habeas\Exception\CallbackException;
use Habeas\Gateway;
use Habeas\GatewayOutcome;
use Habeas\Operation;
use Habeas\RequestKind;
use Habeas\Status;
use Habeas\Store;

final class CallbackTest extends StoreTestCase
{
    public function testADataHolderIsACallable(): void
    {
        $store = $this->memory();
        $anna = self::person($store);
        $store->holders->define(['code' => 'crm', 'operations' => ['export', 'erase']]);
        $asked = [];
        $store->holders->attach('crm', static function (array $call) use (&$asked): ?array {
            $asked[] = $call;
            return $call['operation'] === 'export'
                ? ['data' => ['orders' => [1, 2]], 'next' => $call['page'] === 0 ? 'more' : null]
                : ['rows' => [['place' => 'orders', 'rows' => 2]]];
        });
        $store->holders->ask($anna, Operation::Export);
        self::assertSame(1, $store->holders->run()['done']);
        self::assertCount(2, $asked);
        self::assertSame(['crm', 'export', $anna, 1, 'more'], [
            $asked[1]['holder'], $asked[1]['operation'], $asked[1]['subject'], $asked[1]['page'],
            $asked[1]['cursor'],
        ]);
        self::assertSame('anna@example.org', $asked[0]['document']['identifiers'][0]['normal']);
        self::assertCount(2, $store->holders->exported($anna)[0]['data']);

        $store->erasures->execute($anna, ground: '17(1)(a)');
        self::assertSame(1, $store->holders->run()['done']);
        self::assertSame('erase', $asked[2]['operation']);
        self::failure(Status::Erased, fn () => $store->subjects->get($anna));
        self::assertSame('17(1)(a)', $store->erasures->receipt($anna)['ground']);
    }

    public function testAHolderThatRetainsKeepsTheRequestOpenWithItsGround(): void
    {
        $store = $this->memory();
        $anna = self::person($store);
        $store->holders->define(['code' => 'shop', 'operations' => ['erase']]);
        $store->holders->attach('shop', fn (array $call): array => ['retained' => [[
            'place' => 'invoices', 'rows' => 1, 'ground' => 'BAO § 132',
            'until' => $this->time->modify('+7 years'),
        ]]]);
        $request = $store->requests->open(RequestKind::Erasure, $anna, 'host:test');
        $store->requests->vouch($request, 'signed in');
        $store->requests->fulfil($request);
        $store->holders->run();
        self::assertSame(1, count($store->holders->tasks(['holder' => 'shop'])));
        self::assertContains($store->requests->get($request)['state'], ['fulfilled', 'partly_fulfilled']);
    }

    public function testWhatAHolderThrowsComesBackAsThePreviousExceptionWithTheReport(): void
    {
        $store = $this->memory();
        $anna = self::person($store);
        $store->holders->define(['code' => 'crm', 'operations' => ['export']]);
        $calls = 0;
        $store->holders->attach('crm', static function () use (&$calls): array {
            if (++$calls === 1) {
                throw new \DomainException('the CRM is down');
            }
            return [];
        });
        $store->holders->ask($anna, Operation::Export);
        $error = self::failure(Status::Callback, fn () => $store->holders->run());
        self::assertInstanceOf(CallbackException::class, $error);
        self::assertSame('the CRM is down', $error->getPrevious()?->getMessage());
        self::assertSame(1, $error->result['failed']);
        $this->time = $this->time->modify('+1 day');
        self::assertSame(1, $store->holders->run()['done']);
    }

    public function testAnAnswerThatIsNoneIsAskedForAgain(): void
    {
        $store = $this->memory();
        $anna = self::person($store);
        $store->holders->define(['code' => 'crm', 'operations' => ['export']]);
        $store->holders->attach('crm', static fn (): array => ['rows' => 'many']);
        $store->holders->ask($anna, Operation::Export);
        self::assertSame(1, $store->holders->run()['failed']);
        $store->holders->attach('crm', static fn (): string => "\xff");
        $this->time = $this->time->modify('+1 day');
        $error = self::failure(Status::Callback, fn () => $store->holders->run());
        self::assertNotNull($error->getPrevious());
        $store->holders->detach('crm');
        $this->time = $this->time->modify('+1 day');
        self::assertSame(1, $store->holders->run()['unattended']);
    }

    public function testTheHostSendsAsAGateway(): void
    {
        $store = $this->memory();
        self::declare($store);
        $anna = self::person($store);
        $gateway = new class implements Gateway {
            /** @var list<array<string, mixed>> */
            public array $sent = [];
            public ?\Throwable $fails = null;

            public function description(): array
            {
                return ['id' => 'wp_mail', 'compose' => true, 'channels' => [Channel::Email]];
            }

            public function send(array $messages): array
            {
                if ($this->fails !== null) {
                    throw $this->fails;
                }
                array_push($this->sent, ...$messages);
                return array_map(
                    static fn (): array => ['outcome' => GatewayOutcome::Sent, 'reference' => 'r'],
                    $messages,
                );
            }

            public function resolve(string $reference): ?array
            {
                return null;
            }
        };
        $result = $store->messages->queue(
            ['subject' => $anna, 'key' => 'first', 'message_template' => 'order'],
            [['name' => 'invoice.txt', 'type' => 'text/plain', 'content' => base64_encode("a\0b")]],
        );
        self::assertSame('queued', $result['state']);
        self::assertSame(1, $store->outbox->send($gateway)['sent']);
        self::assertSame('anna@example.org', $gateway->sent[0]['recipient']);
        self::assertSame('Your order', $gateway->sent[0]['document']['subject_line']);
        self::assertStringContainsString('Subject: Your order', $gateway->sent[0]['mime']);
        self::assertSame("a\0b", base64_decode($gateway->sent[0]['attachments'][0]['content']));
        self::assertSame('sent', $store->messages->get($result['message'])['state']);

        $store->messages->queue(['subject' => $anna, 'key' => 'second', 'message_template' => 'order']);
        $gateway->fails = new \RuntimeException('no mail today');
        $error = self::failure(Status::Callback, fn () => $store->outbox->send($gateway));
        self::assertSame($gateway->fails, $error->getPrevious());
        $second = $store->messages->find('second');
        self::assertSame('uncertain', $store->messages->get((int) $second)['state']);
    }

    public function testProgressIsToldAndMayStop(): void
    {
        $store = $this->memory();
        $csv = "email\n" . implode("\n", array_map(fn (int $n): string => "p$n@example.org", range(1, 3000)));
        $told = [];
        $report = $store->imports->contactsText($csv, progress: function (int $done, int $total) use (&$told): void {
            $told[] = [$done, $total];
        });
        self::assertSame(3000, $report['created']);
        self::assertNotEmpty($told);
        self::failure(Status::Cancelled, fn () => $store->imports->contactsText(
            $csv,
            progress: static fn (): bool => false,
        ));
        $thrown = new \LogicException('stop');
        $error = self::failure(Status::Callback, fn () => $store->imports->contactsText(
            $csv,
            progress: static fn () => throw $thrown,
        ));
        self::assertSame($thrown, $error->getPrevious());
    }

    public function testTheStoreMayNotBeUsedWithinItsOwnCallback(): void
    {
        $store = $this->memory();
        $anna = self::person($store);
        $store->holders->define(['code' => 'crm', 'operations' => ['export']]);
        $inside = null;
        $store->holders->attach('crm', static function () use ($store, &$inside): array {
            $inside = self::failure(Status::Concurrent, fn () => $store->subjects->count());
            $other = Store::inMemory(self::options());
            self::assertSame(0, $other->subjects->count()); // another store may
            return [];
        });
        $store->holders->ask($anna, Operation::Export);
        self::assertSame(1, $store->holders->run()['done']);
        self::assertNotNull($inside);
        self::assertSame(1, $store->subjects->count());
    }

    public function testAStoreThatIsClosedWithinItsCallbackIsAnException(): void
    {
        $store = $this->memory();
        self::person($store);
        self::failure(Status::Handle, function () use ($store): void {
            $store->imports->contactsText("email\nx@example.org\n", progress: fn () => $store->close());
            $store->subjects->count();
        });
        self::failure(Status::Handle, fn () => $store->subjects->count());
    }

    public function testCampaignsCallTheHost(): void
    {
        $store = $this->memory();
        $anna = self::person($store);
        $store->campaigns->define([
            'code' => 'calls', 'sources' => ['manual' => true],
            'events' => [['id' => 'ring', 'action' => 'call_host', 'name' => 'crm.ring', 'data' => ['n' => 1]]],
        ]);
        $store->campaigns->publish('calls');
        $calls = [];
        $store->campaigns->attachHost(static function (array $call) use (&$calls): void {
            $calls[] = $call;
        });
        $store->campaigns->enrol('calls', $anna);
        $store->campaigns->run();
        self::assertCount(1, $calls);
        self::assertSame($anna, $calls[0]['subject']);
        self::assertSame(['crm.ring', 'calls'], [$calls[0]['name'], $calls[0]['campaign']]);
        $store->campaigns->attachHost(null);
    }

    public function testTheTransferGuardAndRemindersAreAsked(): void
    {
        $store = $this->memory();
        self::declare($store);
        $anna = self::person($store);
        $store->guardTransfers(static fn (array $transfer): bool => $transfer['code'] !== 'orders');
        self::assertSame('TRANSFER_DENIED', $store->decisions->mayProcess($anna, 'orders', Channel::Email)->reason);
        $store->guardTransfers(null);
        self::assertSame('OK_CONTRACT', $store->decisions->mayProcess($anna, 'orders', Channel::Email)->reason);

        $request = $store->requests->open(RequestKind::Access, $anna);
        $store->requests->vouch($request, 'signed in');
        $told = [];
        self::assertSame(1, $store->requests->remind(function (array $request) use (&$told): void {
            $told[] = $request['id'] ?? $request['request'] ?? 0;
        }, 60));
        self::assertCount(1, $told);
    }

    public function testNotesOfTheStoreGoToALogger(): void
    {
        if (!interface_exists(\Psr\Log\LoggerInterface::class)) {
            @include_once '/usr/share/php/Psr/Log/autoload.php';
        }
        if (!interface_exists(\Psr\Log\LoggerInterface::class)) {
            self::markTestSkipped('php-psr-log is missing');
        }
        $logger = new class extends \Psr\Log\AbstractLogger {
            /** @var list<string> */
            public array $lines = [];

            public function log($level, $message, array $context = []): void
            {
                $this->lines[] = "$level: $message";
            }
        };
        $this->created()->close();
        unlink($this->folder . '/a.habeas.restore');
        $store = Store::open(
            $this->folder . '/a.habeas',
            self::options(['logger' => $logger, 'acceptMissingJournal' => true]),
        );
        self::assertSame(0, $store->subjects->count());
        self::assertContains('warning: the restore journal was missing and a new one was begun', $logger->lines);
    }
}

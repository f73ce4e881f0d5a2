<?php

declare(strict_types=1);

namespace Habeas\Tests;

use Habeas\Actor;
use Habeas\Channel;
use Habeas\ConsentState;
use Habeas\EventKind;
use Habeas\Exception\HabeasException;
use Habeas\Options;
use Habeas\Status;
use Habeas\Store;

final class StoreTest extends StoreTestCase
{
    public function testItIsReachedOverTheTransportThatIsAskedFor(): void
    {
        self::assertSame(self::kind(), $this->memory()->transport());
    }

    public function testAStoreIsCreatedClosedAndOpenedAgain(): void
    {
        $store = $this->created();
        self::assertSame($this->folder . '/a.habeas', $store->info()['path']);
        self::person($store);
        $store->close();
        self::assertSame(1, $this->again()->subjects->count());
        self::assertSame(0600, fileperms($this->folder . '/a.habeas') & 0777);
    }

    public function testOpeningFailsWithWhatIsWrong(): void
    {
        $this->created()->close();
        file_put_contents($this->folder . '/text', str_repeat('no store ', 200));
        self::failure(Status::Exists, fn () => $this->created());
        self::failure(Status::NotFound, fn () => $this->again('b.habeas'));
        self::failure(Status::NotAStore, fn () => $this->again('text'));
        $wrong = self::failure(Status::KeyWrong, fn () => Store::open(
            $this->folder . '/a.habeas',
            self::options(['key' => $this->otherKey()]),
        ));
        self::assertStringNotContainsString($this->otherKey(), $wrong->getMessage() . $wrong->getTraceAsString());
        unlink($this->folder . '/a.habeas.key');
        self::failure(Status::KeyMissing, fn () => $this->again());
    }

    public function testAKeyIsGivenAsTextAndShownNowhere(): void
    {
        $this->created()->close();
        $key = (string) file_get_contents($this->folder . '/a.habeas.key');
        unlink($this->folder . '/a.habeas.key');
        $options = self::options(['key' => $key]);
        self::assertSame(0, Store::open($this->folder . '/a.habeas', $options)->subjects->count());
        self::assertStringNotContainsString(trim($key), print_r($options, true));
    }

    public function testClosingTwiceAndUsingAfterwardsIsAnExceptionAtMost(): void
    {
        $one = $this->created('one');
        $two = $this->created('two');
        $walk = $one->subjects->all();
        self::person($one);
        foreach ($walk as $each) {
            $one->close(); // in the middle of a walk
            break;
        }
        unset($walk);
        $one->close();
        self::failure(Status::Handle, fn () => $one->subjects->count());
        self::failure(Status::Handle, fn () => $one->decisions->mayProcess(1, 'newsletter'));
        self::assertSame(0, $two->subjects->count());
        $two->close();
        $two->close();
        self::assertSame(1, $this->again('one')->subjects->count());
    }

    public function testSubjectsAreWrittenReadFoundAndWalkedOver(): void
    {
        $store = $this->memory();
        $anna = self::person($store);
        $found = $store->subjects->get($anna);
        self::assertSame('Anna', $found->fields['first_name']);
        self::assertEquals($this->time, $found->createdAt);
        self::assertSame('anna@example.org', $found->identifier('email'));
        self::assertNull($found->identifier('phone'));
        self::assertSame($anna, $store->subjects->find('email', 'ANNA@example.org'));
        self::assertNull($store->subjects->find('email', 'bob@example.org'));
        $store->subjects->update($anna, ['fields' => ['first_name' => 'Änne']], version: $found->version);
        self::assertSame('Änne', $store->subjects->get($anna)->fields['first_name']);
        self::failure(Status::Conflict, fn () => $store->subjects->update(
            $anna,
            ['fields' => ['first_name' => 'x']],
            version: $found->version,
        ));
        for ($n = 0; $n < 1200; ++$n) {
            $rows[] = ['email' => "p$n@example.org"];
        }
        $store->subjects->upsert(array_map(static fn (array $row): array => ['fields' => $row], $rows));
        $ids = [];
        foreach ($store->subjects->all() as $each) {
            $ids[] = $each->id;
        }
        self::assertSame(range($anna, $anna + 1200), $ids);
        self::assertCount(100, $store->subjects->page()['subjects']);
    }

    public function testConsentDecidesAndTheDecisionSaysWhy(): void
    {
        $store = $this->memory();
        self::declare($store);
        $anna = self::person($store);
        $before = $store->decisions->mayProcess($anna, 'newsletter', Channel::Email);
        self::assertFalse($before->allowed);
        self::assertSame('NO_CONSENT', $before->reason);
        self::assertNull($before->event);
        $event = self::consent($store, $anna);
        $after = $store->decisions->mayProcess($anna, 'newsletter', Channel::Email);
        self::assertTrue($after->allowed);
        self::assertSame([$anna, 'OK_CONSENT', $event], [$after->subject, $after->reason, $after->event]);
        self::assertStringContainsString('GDPR', $after->reference);
        self::assertSame(ConsentState::Granted, $store->consents->state($anna, 'newsletter', Channel::Email));
        self::assertSame('granted', $store->consents->history($anna)[0]['kind']);
        $words = $store->decisions->explain($anna, 'newsletter', Channel::Email);
        self::assertNotEmpty($words['summary']);
        $asOf = $store->decisions->mayProcess(
            $anna,
            'newsletter',
            Channel::Email,
            at: $this->time->modify('-1 hour'),
        );
        self::assertFalse($asOf->allowed);
        self::assertFalse($store->decisions->mayProcess(99, 'newsletter', Channel::Email)->allowed);
        $of = $store->decisions->of([$anna, 99, $anna], 'newsletter', Channel::Email);
        self::assertSame([true, false, true], array_map(
            static fn ($each): bool => $each->allowed,
            iterator_to_array($of),
        ));
        self::assertSame([$anna, $anna], $of->allowed());
        self::assertCount(3, $of);
        self::assertEquals($after, $of[2]);
        $all = iterator_to_array($store->decisions->all('newsletter', Channel::Email));
        self::assertEquals([$after], $all);
    }

    public function testADirectDecisionIsTheSameAsTheCalled(): void
    {
        $store = Store::inMemory(self::options()); // no clock: the direct way where there is one
        self::declare($store);
        $anna = self::person($store);
        self::consent($store, $anna);
        self::assertEquals(
            $store->decisions->mayProcess($anna, 'newsletter', Channel::Email, at: $store->now()),
            $store->decisions->mayProcess($anna, 'newsletter', Channel::Email),
        );
        self::assertSame(
            'PURPOSE_NOT_DECLARED',
            $store->decisions->mayProcess($anna, 'nothing', Channel::Sms)->reason,
        );
        $asked = [$anna, 99, $anna];
        $called = $store->decisions->of($asked, 'newsletter', Channel::Email, $store->now());
        $direct = $store->decisions->of($asked, 'newsletter', Channel::Email);
        self::assertEquals(iterator_to_array($called), iterator_to_array($direct));
        self::assertSame([$anna, $anna], $direct->allowed());
        self::assertCount(0, $store->decisions->of([], 'newsletter', Channel::Email));
        $error = self::failure(
            Status::Invalid,
            static fn () => $store->decisions->of([$anna, 'x'], 'newsletter', Channel::Email),
        );
        self::assertSame('/subjects/1', $error->where);
    }

    public function testATransactionIsAllOrNothing(): void
    {
        $store = $this->memory();
        $anna = self::person($store);
        try {
            $store->transaction(function (Store $store) use ($anna): void {
                $store->tags->add($anna, 'one');
                throw new \DomainException('no');
            });
        } catch (\DomainException) {
            self::assertSame([], $store->tags->of($anna));
        }
        self::assertSame(7, $store->transaction(function (Store $store) use ($anna): int {
            $store->tags->add($anna, 'two');
            return 7;
        }));
        self::assertSame(['two'], $store->tags->of($anna));
        self::assertSame(1, $store->snapshot(fn (Store $store): int => $store->subjects->count()));
        self::failure(Status::SubjectUnknown, fn () => $store->bulk([
            ['method' => 'tag.add', 'params' => ['subject' => $anna, 'tag' => 'three']],
            ['method' => 'tag.add', 'params' => ['subject' => 99, 'tag' => 'three']],
        ]));
        self::assertSame(['two'], $store->tags->of($anna));
        $each = $store->bulk([['method' => 'tag.of', 'params' => ['subject' => 99]],
            ['method' => 'tag.of', 'params' => ['subject' => $anna]]], false);
        self::assertSame('subject_unknown', $each[0]['error']['status']);
        self::assertSame(['two'], $each[1]['result']);
    }

    public function testSqlIsReadByQuery(): void
    {
        $store = $this->memory();
        self::person($store);
        $rows = iterator_to_array($store->query(
            'SELECT id, email, last_name FROM v_subject WHERE email = ?',
            ['anna@example.org'],
        ));
        self::assertSame([['id' => '1', 'email' => 'anna@example.org', 'last_name' => null]], $rows);
        self::failure(Status::Denied, fn () => iterator_to_array($store->query('DELETE FROM subject')));
    }

    public function testFailuresNameThePlace(): void
    {
        $store = $this->memory();
        self::assertSame('subject', self::failure(
            Status::SubjectUnknown,
            fn () => $store->subjects->get(99),
        )->where);
        self::failure(Status::Invalid, fn () => $store->purposes->define([]));
        self::failure(Status::Invalid, fn () => $store->subjects->create(['feelds' => []]));
        self::failure(Status::NotFound, fn () => $store->call('no.such.method'));
        self::failure(Status::Invalid, fn () => $store->subjects->create(['source' => "\xff"]));
        self::assertSame(1, self::person($store));
    }

    public function testTheActorIsKeptWithWhatIsDone(): void
    {
        $store = Store::inMemory(self::options(['actor' => Actor::person('7', 'phone call')]));
        self::declare($store);
        $anna = self::person($store);
        self::consent($store, $anna);
        $store->setActor(Actor::person('8'));
        $store->consents->record([
            'subject' => $anna, 'kind' => EventKind::Withdrawn, 'purpose' => 'newsletter',
        ]);
        $actors = array_column(array_column($store->consents->history($anna), 'actor'), 'id');
        self::assertSame(['7', '8'], $actors);
    }

    public function testWhatStatusesAreCalledIsKnownToEachException(): void
    {
        foreach (Status::cases() as $status) {
            $error = HabeasException::of($status, 'place', 'message');
            self::assertInstanceOf($status->exception(), $error);
            self::assertSame($status, $error->status);
        }
    }

    private function otherKey(): string
    {
        $other = Store::create($this->folder . '/other' . bin2hex(random_bytes(3)), new Options());
        $path = $other->info()['path'];
        $other->close();
        return (string) file_get_contents($path . '.key');
    }
}

<?php

declare(strict_types=1);

namespace Habeas\Tests;

use Habeas\Diagnostics;
use Habeas\Options;
use Habeas\Status;
use Habeas\Store;
use Habeas\TransportKind;

final class DiagnosticsTest extends StoreTestCase
{
    public function testItTellsOfEachTransportWhetherItWorksOrWhatToDo(): void
    {
        $all = Diagnostics::all();
        self::assertSame(['extension', 'ffi', 'process'], array_keys($all));
        self::assertTrue($all[self::kind()->value]['works']);
        foreach ($all as $each) {
            self::assertNotSame('', $each['why']);
            self::assertSame($each['works'], $each['remedy'] === '');
        }
        $none = Diagnostics::of(TransportKind::Process, new Options(program: '/nowhere'));
        self::assertFalse($none['works']);
        self::assertStringContainsString('HABEAS_PROGRAM', $none['remedy']);
        self::assertStringContainsString('PHP ' . PHP_VERSION, Diagnostics::report());
    }

    public function testWithoutAWayItSaysWhyOfEach(): void
    {
        $error = self::failure(Status::Transport, fn () => Store::inMemory(
            new Options(transport: TransportKind::Process, program: '/nowhere'),
        ));
        self::assertStringContainsString('/nowhere', $error->getMessage());
    }

    public function testASecondSqliteOnTheFileIsRefusedWhereItWouldDropLocks(): void
    {
        if (!extension_loaded('pdo_sqlite')) {
            self::markTestSkipped('pdo_sqlite is missing');
        }
        $this->created()->close();
        $pdo = new \PDO('sqlite:' . $this->folder . '/a.habeas');
        $pdo->query('SELECT count(*) FROM sqlite_master');
        if (self::kind() === TransportKind::Process) {
            self::assertSame(0, $this->again()->subjects->count()); // another process: no harm
            return;
        }
        $error = self::failure(Status::Locked, fn () => $this->again());
        self::assertStringContainsString('Store::query()', $error->getMessage());
        unset($pdo);
        gc_collect_cycles();
        $store = $this->again();
        self::assertSame(0, $this->again()->subjects->count()); // habeas beside itself is fine
        $store->close();
    }

    public function testASecondSqliteThatComesLaterIsWarnedOf(): void
    {
        if (self::kind() === TransportKind::Process || !extension_loaded('pdo_sqlite')) {
            self::markTestSkipped('of transports inside of the process');
        }
        $store = $this->created();
        self::assertNull(Diagnostics::secondSqlite($store));
        $pdo = new \PDO('sqlite:' . $this->folder . '/a.habeas');
        $pdo->query('SELECT count(*) FROM sqlite_master');
        self::assertStringContainsString('Store::query()', (string) Diagnostics::secondSqlite($store));
        unset($pdo);
    }
}

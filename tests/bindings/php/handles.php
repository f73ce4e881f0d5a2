<?php

/**
 * Handles closed in any order, twice, within callbacks, by the end of the script: run under valgrind
 * by memory.sh. usage: php handles.php TRANSPORT
 */

declare(strict_types=1);

use Habeas\{Channel, Operation, Options, Store, TransportKind};
use Habeas\Exception\HabeasException;

require __DIR__ . '/../../../bindings/php/autoload.php';

$options = new Options(transport: TransportKind::from($argv[1]));
$one = Store::inMemory($options);
$two = Store::inMemory($options);
$anna = $one->subjects->create(['fields' => ['email' => 'anna@example.org']]);
$one->holders->define(['code' => 'crm', 'operations' => ['export']]);
$one->holders->attach('crm', function () use (&$two): array {
    $two->close(); // another store, within a callback of the first
    $two = null;
    return ['data' => [1]];
});
$one->holders->ask($anna, Operation::Export);
echo $one->holders->run()['done'];
echo $one->decisions->mayProcess($anna, 'none', Channel::Email)->reason;
$walk = $one->subjects->all();
$walk->current();
foreach ([fn () => $one->call('no.such'), fn () => $one->subjects->get(9), fn () => $one->call("\xff")] as $wrong) {
    try {
        $wrong();
        exit(1);
    } catch (HabeasException) {
        echo '.';
    }
}
try {
    $one->imports->contactsText("email\nx@example.org\n", progress: fn () => $one->close());
} catch (HabeasException) {
    echo '.';
}
$one->close();
unset($walk);
$one->close();
try {
    $one->subjects->count();
    exit(1);
} catch (HabeasException) {
    echo '.';
}
$ring = new stdClass(); // closed by the collector of cycles, or by the end
$ring->store = Store::inMemory($options);
$ring->self = $ring;
unset($ring);
gc_collect_cycles();
$left = Store::inMemory($options); // open at the end
if ($argv[1] === 'extension') {
    $native = new Habeas\Native\Store('{"memory":true}');
    foreach ([fn () => clone $native, fn () => serialize($native), fn () => $native->__construct('{}')] as $wrong) {
        try {
            $wrong();
            exit(1);
        } catch (Throwable) {
            echo '.';
        }
    }
}
echo "\n";

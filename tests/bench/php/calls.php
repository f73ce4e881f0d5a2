<?php

/**
 * The questions of calls.c through the PHP package.
 * usage: php calls.php TRANSPORT STORE SUBJECTS ROUNDS; or: php calls.php prepare STORE SUBJECTS
 */

declare(strict_types=1);

use Habeas\{Channel, EventKind, Options, Store, TransportKind};

require __DIR__ . '/../../../bindings/php/autoload.php';

[, $mode, $path, $people] = $argv;
$people = (int) $people;
if ($mode === 'prepare') {
    $store = Store::create($path, new Options(transport: TransportKind::Process, durable: false));
    $store->purposes->define(['code' => 'newsletter', 'basis' => 'consent', 'kind' => 'marketing',
        'channels' => ['email'], 'texts' => [['texts' => [['language' => 'en', 'text' => 'Yes.']]]]]);
    for ($begin = 0; $begin < $people; $begin += 1000) {
        $rows = $events = [];
        for ($n = $begin; $n < min($people, $begin + 1000); ++$n) {
            $rows[] = ['fields' => ['email' => "person-$n@example.org"]];
            $events[] = ['subject' => $n + 1, 'kind' => $n % 3 ? EventKind::Granted : EventKind::Refused,
                'purpose' => 'newsletter', 'channel' => Channel::Email,
                'evidence' => ['method' => 'form', 'text_version' => 1, 'language' => 'en']];
        }
        $store->subjects->upsert($rows);
        $store->consents->recordMany($events);
    }
    exit;
}

$store = Store::open($path, new Options(transport: TransportKind::from($mode)));
$rounds = (int) $argv[4];
$single = $bulk = [];
$allowed = $at = 0;
$singles = $mode === 'process' ? 200 : 2000;
for ($round = 0; $round < $rounds; ++$round) {
    $begin = hrtime(true);
    for ($n = 0; $n < $singles; ++$n) {
        $at = ($at * 7919 + 104729 + $n) % $people;
        $allowed += $store->decisions->mayProcess($at + 1, 'newsletter', Channel::Email)->allowed ? 1 : 0;
    }
    $single[] = (hrtime(true) - $begin) / $singles;
    $begin = hrtime(true);
    for ($n = 0; $n < 5; ++$n) {
        $subjects = [];
        for ($each = 0; $each < 1000; ++$each) {
            $at = ($at * 7919 + 104729 + $each) % $people;
            $subjects[] = $at + 1;
        }
        $found = $store->decisions->of($subjects, 'newsletter', Channel::Email);
        $allowed += $found[999]->allowed ? 1 : 0;
    }
    $bulk[] = (hrtime(true) - $begin) / 5000;
}
sort($single);
sort($bulk);
echo json_encode([
    'single' => round($single[0]),
    'bulk' => round($bulk[0]),
    'allowed' => $allowed,
]), "\n";

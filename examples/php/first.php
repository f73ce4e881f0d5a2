<?php

declare(strict_types=1);

use Habeas\{Channel, EventKind, Store};

require __DIR__ . '/../../bindings/php/autoload.php'; // with Composer: vendor/autoload.php
$store = Store::inMemory(); // Store::create('shop.habeas'), then Store::open('shop.habeas')
$store->purposes->define(['code' => 'news', 'basis' => 'consent', 'kind' => 'marketing', 'channels' => ['email'],
    'texts' => [['texts' => [['language' => 'en', 'text' => 'Yes, write to me.']]]]]);
$anna = $store->subjects->create(['fields' => ['email' => 'anna@shop.example']]);
echo $store->decisions->mayProcess($anna, 'news', Channel::Email)->reason, "\n";
$store->consents->record(['subject' => $anna, 'kind' => EventKind::Granted, 'purpose' => 'news',
    'channel' => Channel::Email, 'evidence' => ['method' => 'form', 'text_version' => 1, 'language' => 'en']]);
echo $store->decisions->mayProcess($anna, 'news', Channel::Email)->reason, "\n";
echo $store->erasures->execute($anna)[0]['state'], "\n";

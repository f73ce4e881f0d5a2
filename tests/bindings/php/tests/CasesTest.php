<?php

declare(strict_types=1);

namespace Habeas\Tests;

use Habeas\Channel;
use Habeas\EventKind;
use Habeas\Store;
use Habeas\Time;

/**
 * The shared cases (tests/cases): the same answers whichever way in is taken.
 */
final class CasesTest extends StoreTestCase
{
    /** @dataProvider decisions */
    public function testDecisionsAreThoseOfTheTable(\stdClass $case): void
    {
        $store = $this->memory();
        $found = $this->walk($store, $case);
        self::assertSame(
            [$case->expect->allowed, $case->expect->reason],
            [$found['allowed'], $found['reason']],
            $case->title,
        );
        $ask = $case->ask->params;
        $many = $store->decisions->of(
            [$found['subject'], $found['subject']],
            $ask->purpose,
            Channel::from($ask->channel),
            Time::parse($ask->at),
            $ask->controller ?? null,
        );
        self::assertSame($found['reason'], $many[1]->reason);
    }

    /** @dataProvider deadlines */
    public function testDeadlinesAreThoseOfTheVectors(\stdClass $case): void
    {
        $found = $this->walk($this->memory(), $case);
        foreach ((array) $case->expect as $member => $wanted) {
            self::assertSame($wanted, $found[$member], $member);
        }
    }

    /** @dataProvider filters */
    public function testFiltersMatchThoseNamed(\stdClass $case): void
    {
        $store = $this->memory();
        $names = array_flip($this->people($store));
        $cursor = $store->call('segment.match', ['filter' => $case->filter]);
        $rows = $store->call('cursor.next', ['cursor' => $cursor, 'numbers' => true])['rows'];
        self::assertSame($case->expect, array_map(static fn (int $number): string => $names[$number], $rows));
    }

    /** @dataProvider errors */
    public function testFailuresHaveStatusAndPlace(\stdClass $case): void
    {
        $store = $this->memory();
        $names = [];
        foreach ($this->people($store) as $name => $number) {
            $names['@' . $name] = $number;
        }
        $error = self::failure(
            \Habeas\Status::from($case->status),
            fn () => $store->call($case->method, (array) self::put($case->params, $names)),
        );
        if (isset($case->where)) {
            self::assertSame($case->where, $error->where);
        }
    }

    /** @return array<string, array{\stdClass}> */
    public static function decisions(): array
    {
        return self::cases('decisions');
    }

    /** @return array<string, array{\stdClass}> */
    public static function deadlines(): array
    {
        return self::cases('deadlines');
    }

    /** @return array<string, array{\stdClass}> */
    public static function filters(): array
    {
        return self::cases('filters');
    }

    /** @return array<string, array{\stdClass}> */
    public static function errors(): array
    {
        return self::cases('errors');
    }

    /** @return array<string, array{\stdClass}> */
    private static function cases(string $name): array
    {
        $folder = getenv('HABEAS_CASES') ?: __DIR__ . '/../../../cases';
        $text = @file_get_contents("$folder/$name.json");
        $out = [];
        foreach ($text === false ? [] : json_decode($text, flags: JSON_THROW_ON_ERROR) as $case) {
            $out[$case->id] = [$case];
        }
        return $out;
    }

    /** @param array<string, int> $names */
    private static function put(mixed $params, array $names): mixed
    {
        $text = json_encode($params, JSON_THROW_ON_ERROR);
        foreach ($names as $name => $number) {
            $text = str_replace('"' . $name . '"', (string) $number, $text);
        }
        return json_decode($text, flags: JSON_THROW_ON_ERROR);
    }

    private function walk(Store $store, \stdClass $case): mixed
    {
        $names = [];
        foreach ($case->steps as $step) {
            $this->time = isset($step->at) ? Time::parse($step->at) : $this->time;
            $given = $store->call($step->method, (array) self::put($step->params, $names));
            if ($step->method === 'subject.create') {
                $names['@subject'] = $given;
            }
        }
        return $store->call($case->ask->method, (array) self::put($case->ask->params, $names));
    }

    protected function memory(): Store
    {
        $data = $this->getProvidedData()[0] ?? null;
        $first = $data->steps[0]->at ?? null;
        $this->time = $first === null ? $this->time : Time::parse($first);
        return parent::memory();
    }

    /** @return array<string, int> */
    private function people(Store $store): array
    {
        $store->purposes->define([
            'code' => 'newsletter', 'basis' => 'consent', 'kind' => 'marketing', 'channels' => ['email'],
        ]);
        $store->purposes->addText('newsletter', ['texts' => [['language' => 'en', 'text' => 'News by e-mail']]]);
        $countries = ['ada' => 'DE', 'bob' => 'FR', 'cyd' => 'DE', 'dee' => null];
        foreach ($countries as $name => $country) {
            $out[$name] = $store->subjects->create(['fields' => array_filter(
                ['email' => "$name@example.org", 'country' => $country],
            )]);
        }
        $store->tags->add($out['ada'], 'vip');
        foreach (['ada', 'bob'] as $name) {
            $store->consents->record([
                'subject' => $out[$name], 'kind' => EventKind::Granted, 'purpose' => 'newsletter',
                'channel' => Channel::Email, 'text_version' => 1, 'method' => 'form', 'language' => 'en',
            ]);
        }
        return $out;
    }
}

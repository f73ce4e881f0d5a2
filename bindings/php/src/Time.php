<?php

declare(strict_types=1);

namespace Habeas;

/**
 * Times as habeas writes them: RFC 3339 in UTC with milliseconds.
 */
final class Time
{
    public static function format(\DateTimeInterface $time): string
    {
        $utc = \DateTimeImmutable::createFromInterface($time)->setTimezone(new \DateTimeZone('UTC'));
        return $utc->format('Y-m-d\TH:i:s.v\Z');
    }

    public static function parse(string $text): \DateTimeImmutable
    {
        return new \DateTimeImmutable($text, new \DateTimeZone('UTC'));
    }

    public static function ofMilliseconds(int $milliseconds): \DateTimeImmutable
    {
        $seconds = intdiv($milliseconds, 1000);
        $rest = $milliseconds - $seconds * 1000;
        if ($rest < 0) {
            --$seconds;
            $rest += 1000;
        }
        return (new \DateTimeImmutable('@' . $seconds))->modify('+' . $rest . ' msec');
    }
}

<?php

declare(strict_types=1);

namespace Habeas;

use Habeas\Exception\HabeasException;

/**
 * Documents of habeas as PHP arrays. In parameters a DateTimeInterface becomes its text and an enum
 * its value; an empty array is an empty object where habeas expects an object at the top.
 *
 * @internal
 */
final class Json
{
    private const FLAGS = JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE
        | JSON_PRESERVE_ZERO_FRACTION;

    public static function encode(mixed $value): string
    {
        try {
            return json_encode(self::plain($value), self::FLAGS);
        } catch (\JsonException $error) {
            throw HabeasException::of(
                Status::Invalid,
                'params',
                'what was given is no JSON: ' . $error->getMessage(),
                $error,
            );
        }
    }

    public static function decode(string $text): mixed
    {
        return json_decode($text, true, 512, JSON_THROW_ON_ERROR);
    }

    /** @param array<array-key, mixed>|null $document */
    public static function object(?array $document): object|array|null
    {
        return $document === [] ? new \stdClass() : $document;
    }

    private static function plain(mixed $value): mixed
    {
        if (is_array($value)) {
            foreach ($value as $key => $each) {
                if (is_array($each) || $each instanceof \DateTimeInterface) {
                    $value[$key] = self::plain($each);
                }
            }
            return $value;
        }
        if ($value instanceof \DateTimeInterface) {
            return Time::format($value);
        }
        return $value;
    }
}

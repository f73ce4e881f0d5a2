<?php

declare(strict_types=1);

namespace Habeas;

/**
 * Over which a subject is reached. Any: all channels of the purpose.
 */
enum Channel: string
{
    case Any = 'any';
    case Email = 'email';
    case Sms = 'sms';
    case Phone = 'phone';
    case Post = 'post';
    case Push = 'push';
    case Web = 'web';
    case Internal = 'internal';

    /** The number of the C ABI. */
    public function number(): int
    {
        return match ($this) {
            self::Any => 0,
            self::Email => 1,
            self::Sms => 2,
            self::Phone => 3,
            self::Post => 4,
            self::Push => 5,
            self::Web => 6,
            self::Internal => 7,
        };
    }
}

<?php

declare(strict_types=1);

namespace Habeas;

/**
 * Who acts.
 */
enum ActorKind: string
{
    case System = 'system';
    case Person = 'person';
    case Subject = 'subject';
}

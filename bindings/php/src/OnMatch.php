<?php

declare(strict_types=1);

namespace Habeas;

/**
 * What an upsert does with a subject that is there.
 */
enum OnMatch: string
{
    case Update = 'update';
    case Skip = 'skip';
    case Fail = 'fail';
}

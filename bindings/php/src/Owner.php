<?php

declare(strict_types=1);

namespace Habeas;

/**
 * Whose fields.
 */
enum Owner: string
{
    case Subject = 'subject';
    case Organisation = 'organisation';
}

<?php

declare(strict_types=1);

namespace Habeas;

/**
 * What a consent field says. It is no permission: ask Decisions::mayProcess().
 */
enum ConsentState: string
{
    case None = 'none';
    case Requested = 'requested';
    case Granted = 'granted';
    case Refused = 'refused';
    case Withdrawn = 'withdrawn';
    case Expired = 'expired';
}

<?php

declare(strict_types=1);

namespace Habeas;

/**
 * What data subjects ask for (arts. 7(3), 12, 15 to 22).
 */
enum RequestKind: string
{
    case Access = 'access';
    case Portability = 'portability';
    case Rectification = 'rectification';
    case Erasure = 'erasure';
    case Restriction = 'restriction';
    case Objection = 'objection';
    case Withdrawal = 'withdrawal';
    case AutomatedDecisions = 'automated_decisions';
}

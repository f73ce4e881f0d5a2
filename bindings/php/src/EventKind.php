<?php

declare(strict_types=1);

namespace Habeas;

/**
 * What a host records in the ledger of consent.
 */
enum EventKind: string
{
    case Requested = 'requested';
    case Granted = 'granted';
    case Refused = 'refused';
    case Withdrawn = 'withdrawn';
    case Expired = 'expired';
    case Objected = 'objected';
    case ObjectionUpheld = 'objection_upheld';
    case ObjectionOverridden = 'objection_overridden';
    case Restricted = 'restricted';
    case RestrictionNotice = 'restriction_notice';
    case RestrictionLifted = 'restriction_lifted';
    case Suppressed = 'suppressed';
    case Unsuppressed = 'unsuppressed';
    case Bounced = 'bounced';
    case Complained = 'complained';
    case DeliveryReset = 'delivery_reset';
    case ErasureRequested = 'erasure_requested';
    case ErasureRefused = 'erasure_refused';
    case ErasureCancelled = 'erasure_cancelled';
    case BasisFact = 'basis_fact';
    case BasisEnded = 'basis_ended';
    case BasisResumed = 'basis_resumed';
    case ProfileChanged = 'profile_changed';
    case Paused = 'paused';
    case Resumed = 'resumed';
}

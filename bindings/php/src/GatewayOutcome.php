<?php

declare(strict_types=1);

namespace Habeas;

/**
 * What became of a message that a gateway was given.
 */
enum GatewayOutcome: string
{
    case Sent = 'sent';
    case Transient = 'transient';
    case Permanent = 'permanent';
    case Uncertain = 'uncertain';
    case NotReached = 'not_reached';
    case NoSuchAddress = 'no_such_address';
}

<?php

declare(strict_types=1);

namespace Habeas;

/**
 * What a data holder is asked (arts. 15 to 19).
 */
enum Operation: string
{
    case Export = 'export';
    case Erase = 'erase';
    case Rectify = 'rectify';
    case Restrict = 'restrict';
    case Lift = 'lift';
    case Tell = 'tell';
}

<?php

declare(strict_types=1);

namespace Habeas;

/**
 * How an update treats what is blank in the input.
 */
enum Blank: string
{
    case Keep = 'keep';
    case Overwrite = 'overwrite';
}

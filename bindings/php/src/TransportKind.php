<?php

declare(strict_types=1);

namespace Habeas;

/**
 * The ways from PHP to libhabeas, the fastest first.
 */
enum TransportKind: string
{
    case Extension = 'extension';
    case Ffi = 'ffi';
    case Process = 'process';
}

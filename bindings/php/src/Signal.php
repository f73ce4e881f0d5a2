<?php

declare(strict_types=1);

namespace Habeas;

/**
 * What persons do with messages and forms.
 */
enum Signal: string
{
    case Opened = 'opened';
    case Clicked = 'clicked';
    case Submitted = 'submitted';
}

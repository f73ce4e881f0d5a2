<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * This build lacks the component.
 */
final class UnsupportedException extends HabeasException
{
}

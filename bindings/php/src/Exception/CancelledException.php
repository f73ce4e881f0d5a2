<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * Stopped before its end, such as by a time limit or by the progress callback.
 */
final class CancelledException extends HabeasException
{
}

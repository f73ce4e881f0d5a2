<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * A defect of habeas itself; please report it.
 */
final class InternalException extends HabeasException
{
}

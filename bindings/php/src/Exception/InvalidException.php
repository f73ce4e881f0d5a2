<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * An argument or a value is malformed; `where` names it.
 */
final class InvalidException extends HabeasException
{
}

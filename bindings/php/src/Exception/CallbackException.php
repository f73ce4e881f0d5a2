<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * A callback failed; the previous exception says how.
 */
final class CallbackException extends HabeasException
{
}

<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * The store is closed.
 */
final class HandleException extends HabeasException
{
}

<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * Another call uses the store at this moment, such as the one whose callback this is.
 */
final class ConcurrentException extends HabeasException
{
}

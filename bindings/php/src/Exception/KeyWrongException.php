<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * The key does not belong to this store.
 */
final class KeyWrongException extends HabeasException
{
}

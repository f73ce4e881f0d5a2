<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * Written by a newer habeas.
 */
final class NewerStoreException extends HabeasException
{
}

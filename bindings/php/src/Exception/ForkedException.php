<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * The store was opened before fork(): open it anew in the child.
 */
final class ForkedException extends HabeasException
{
}

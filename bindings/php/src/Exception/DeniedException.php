<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * Not permitted (read-only SQL, sealed evidence, a hold).
 */
final class DeniedException extends HabeasException
{
}

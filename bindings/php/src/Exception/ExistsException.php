<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * An identifier, code or file is taken already.
 */
final class ExistsException extends HabeasException
{
}

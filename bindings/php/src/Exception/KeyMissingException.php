<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * No root key was found.
 */
final class KeyMissingException extends HabeasException
{
}

<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * The way to libhabeas failed: no program, no library, a child process that died.
 */
final class TransportException extends HabeasException
{
}

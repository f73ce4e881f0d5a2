<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * SQLite's locks do not hold on this file system.
 */
final class NetworkFilesystemException extends HabeasException
{
}

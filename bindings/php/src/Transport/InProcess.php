<?php

declare(strict_types=1);

namespace Habeas\Transport;

use Habeas\Exception\HabeasException;
use Habeas\Status;

/**
 * What the transports inside of the PHP process share: which files this process has open by them,
 * and that a store belongs to the process that opened it.
 *
 * @internal
 */
abstract class InProcess implements Transport, DecidesDirectly
{
    /** @var array<string, int> by device and number of the file */
    private static array $open = [];
    private ?string $file = null;

    public static function openCount(string $path): int
    {
        return self::$open[self::fileOf($path)] ?? 0;
    }

    protected function noteOpen(string $options): void
    {
        $path = json_decode($options, true)['path'] ?? null;
        if ($path !== null) {
            $this->file = self::fileOf($path);
            self::$open[$this->file] = (self::$open[$this->file] ?? 0) + 1;
        }
    }

    protected function noteClosed(): void
    {
        if ($this->file !== null) {
            self::$open[$this->file] = (self::$open[$this->file] ?? 1) - 1;
            $this->file = null;
        }
    }

    protected function closed(): HabeasException
    {
        return HabeasException::of(Status::Handle, 'store', 'the store is closed');
    }

    private static function fileOf(string $path): string
    {
        clearstatcache();
        $found = @stat($path);
        return $found === false ? $path : $found['dev'] . ':' . $found['ino'];
    }
}

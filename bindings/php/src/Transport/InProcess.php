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
    /** @var array<string, int> how many descriptors were on it when habeas last opened or closed it */
    private static array $descriptors = [];
    private ?string $file = null;
    private string $path = '';

    public static function openCount(string $path): int
    {
        return self::$open[self::fileOf($path)] ?? 0;
    }

    /** Has somebody else in this process opened the file since? */
    public static function openedSince(string $path): bool
    {
        $file = self::fileOf($path);
        return isset(self::$descriptors[$file])
            && self::descriptorsOn($path) > self::$descriptors[$file];
    }

    /** How many descriptors of this process are on a file; 0 where the system does not tell. */
    public static function descriptorsOn(string $path): int
    {
        clearstatcache();
        $wanted = @stat($path);
        $count = 0;
        foreach ($wanted === false || !is_dir('/proc/self/fd') ? [] : scandir('/proc/self/fd') as $name) {
            $found = ctype_digit($name) ? @stat('/proc/self/fd/' . $name) : false;
            $count += $found !== false && $found['ino'] === $wanted['ino']
                && $found['dev'] === $wanted['dev'] ? 1 : 0;
        }
        return $count;
    }

    protected function noteOpen(string $options): void
    {
        $path = json_decode($options, true)['path'] ?? null;
        if ($path !== null) {
            $this->file = self::fileOf($path);
            self::$open[$this->file] = (self::$open[$this->file] ?? 0) + 1;
            self::$descriptors[$this->file] = self::descriptorsOn($path);
            $this->path = $path;
        }
    }

    protected function noteClosed(): void
    {
        if ($this->file !== null) {
            self::$open[$this->file] = (self::$open[$this->file] ?? 1) - 1;
            self::$descriptors[$this->file] = self::descriptorsOn($this->path);
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

<?php

declare(strict_types=1);

namespace Habeas;

use Habeas\Exception\HabeasException;

/**
 * Which way to libhabeas works under this server's settings, why not, and what to do about it.
 */
final class Diagnostics
{
    /**
     * @return array<string, array{works: bool, why: string, remedy: string}> by transport
     */
    public static function all(?Options $options = null): array
    {
        $options ??= new Options();
        $out = [];
        foreach (TransportKind::cases() as $kind) {
            $out[$kind->value] = self::of($kind, $options);
        }
        return $out;
    }

    /** The same as lines for a person. */
    public static function report(?Options $options = null): string
    {
        $lines = ['PHP ' . PHP_VERSION . ' (' . PHP_SAPI . ', ' . (PHP_ZTS ? 'ZTS' : 'NTS') . ')'];
        foreach (self::all($options) as $name => $each) {
            $lines[] = $name . ': ' . ($each['works'] ? 'works' : 'no') . ', ' . $each['why']
                . ($each['remedy'] === '' ? '' : '; ' . $each['remedy']);
        }
        return implode("\n", $lines) . "\n";
    }

    /** @return array{works: bool, why: string, remedy: string} */
    public static function of(TransportKind $kind, ?Options $options = null): array
    {
        $options ??= new Options();
        return match ($kind) {
            TransportKind::Extension => self::extension(),
            TransportKind::Ffi => self::ffi($options),
            TransportKind::Process => self::process($options),
        };
    }

    /**
     * @internal
     * @throws HabeasException
     */
    public static function choose(Options $options): Transport\Transport
    {
        $kinds = $options->transport === null ? TransportKind::cases() : [$options->transport];
        $why = [];
        foreach ($kinds as $kind) {
            $found = self::of($kind, $options);
            if ($found['works']) {
                return match ($kind) {
                    TransportKind::Extension => new Transport\Extension(),
                    TransportKind::Ffi => new Transport\Ffi(self::library($options)),
                    TransportKind::Process => new Transport\Process(
                        self::program($options),
                        $options->timeout,
                    ),
                };
            }
            $why[] = $kind->value . ': ' . $found['why'] . '; ' . $found['remedy'];
        }
        throw HabeasException::of(
            Status::Transport,
            'transport',
            'no way to libhabeas works here. ' . implode('. ', $why),
        );
    }

    /**
     * Two SQLite libraries in one process drop each other's locks on a file: PDO or SQLite3 on the
     * store's own file. Seen where the system tells which files a process has open.
     *
     * @internal
     * @throws HabeasException
     */
    public static function refuseSecondSqlite(string $path): void
    {
        // Where habeas has it open already, which descriptor is whose is not known.
        if (Transport\InProcess::openCount($path) === 0 && Transport\InProcess::descriptorsOn($path) > 0) {
            throw HabeasException::of(
                Status::Locked,
                $path,
                'this process has the file open already, by PDO or SQLite3: two copies of SQLite drop '
                    . 'each other\'s locks and damage the file. Close that connection first and read '
                    . 'by Store::query(), or use the transport "process"',
            );
        }
    }

    /** What to say where PDO or SQLite3 came to the file of an open store; null: nothing seen. */
    public static function secondSqlite(Store $store): ?string
    {
        $path = $store->transport() === TransportKind::Process ? null : $store->info()['path'];
        if ($path === null || !Transport\InProcess::openedSince($path)) {
            return null;
        }
        return 'this process has opened the file of a store beside habeas, by PDO or SQLite3: two '
            . 'copies of SQLite drop each other\'s locks and damage the file. Read by Store::query(), '
            . 'or use the transport "process"';
    }

    /** @return array{works: bool, why: string, remedy: string} */
    private static function extension(): array
    {
        if (!extension_loaded('habeas')) {
            return self::no(
                'the extension habeas is not loaded',
                'install php-habeas, or build bindings/php/ext with phpize and put '
                    . '"extension=habeas" into php.ini',
            );
        }
        return self::yes('the extension habeas ' . phpversion('habeas') . ' is loaded');
    }

    /** @return array{works: bool, why: string, remedy: string} */
    private static function ffi(Options $options): array
    {
        if (!extension_loaded('ffi')) {
            return self::no('the extension FFI is not loaded', 'put "extension=ffi" into php.ini');
        }
        $enabled = strtolower((string) ini_get('ffi.enable'));
        $command = in_array(PHP_SAPI, ['cli', 'phpdbg', 'embed'], true);
        $on = in_array($enabled, ['1', 'on', 'true', 'yes'], true);
        $preload = $enabled === 'preload';
        if (!$on && !($preload && ($command || class_exists(Preloaded::class, false)))) {
            return self::no(
                'ffi.enable is "' . ($enabled === '' ? '0' : $enabled) . '" under ' . PHP_SAPI,
                'set "ffi.enable=1" in php.ini or in the pool (php_admin_value[ffi.enable] = 1), or '
                    . 'preload bindings/php/preload/habeas_preload.php (see its first lines)',
            );
        }
        try {
            Transport\Ffi::load(self::library($options));
        } catch (\Throwable $error) {
            return self::no(
                'the library "' . self::library($options) . '" cannot be loaded: ' . $error->getMessage(),
                'install libhabeas0, or name the file with the option library or HABEAS_LIBRARY',
            );
        }
        return self::yes('FFI may be used and the library is there');
    }

    /** @return array{works: bool, why: string, remedy: string} */
    private static function process(Options $options): array
    {
        if (!function_exists('proc_open')) {
            return self::no(
                'proc_open is switched off',
                'take proc_open and proc_close out of disable_functions in php.ini',
            );
        }
        $program = self::program($options);
        if (self::executable($program) === null) {
            return self::no(
                'the program "' . $program . '" is not there, or may not be run by this user',
                'install habeas, or name the file with the option program or HABEAS_PROGRAM',
            );
        }
        return self::yes('the program "' . $program . '" is there');
    }

    private static function program(Options $options): string
    {
        return $options->program ?? (getenv('HABEAS_PROGRAM') ?: 'habeas');
    }

    private static function library(Options $options): string
    {
        return $options->library ?? (getenv('HABEAS_LIBRARY') ?: 'libhabeas.so.0');
    }

    private static function executable(string $program): ?string
    {
        if (str_contains($program, '/')) {
            return @is_executable($program) && !@is_dir($program) ? $program : null;
        }
        foreach (explode(':', getenv('PATH') ?: '/usr/local/bin:/usr/bin:/bin') as $folder) {
            if (@is_executable($folder . '/' . $program)) {
                return $folder . '/' . $program;
            }
        }
        return null;
    }

    /** @return array{works: bool, why: string, remedy: string} */
    private static function yes(string $why): array
    {
        return ['works' => true, 'why' => $why, 'remedy' => ''];
    }

    /** @return array{works: bool, why: string, remedy: string} */
    private static function no(string $why, string $remedy): array
    {
        return ['works' => false, 'why' => $why, 'remedy' => $remedy];
    }
}

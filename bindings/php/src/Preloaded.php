<?php

declare(strict_types=1);

namespace Habeas;

/**
 * Only what is preloaded may use FFI under ffi.enable=preload; see preload/habeas_preload.php.
 *
 * @internal
 */
final class Preloaded
{
    private static ?\FFI $ffi = null;

    public static function scope(): \FFI
    {
        return self::$ffi ??= \FFI::scope('HABEAS');
    }
}

<?php

/**
 * FFI under a web server without ffi.enable=1. In php.ini (not in the pool; tried with PHP 8.2):
 *
 *   ffi.preload=/path/to/bindings/php/resources/habeas_preload.h
 *   opcache.enable=1
 *   opcache.preload=/path/to/bindings/php/preload/habeas_preload.php
 *   opcache.preload_user=www-data
 *
 * FFI is then permitted to the classes that are preloaded here, and to no other code.
 */

declare(strict_types=1);

foreach (
    ['Status', 'TransportKind', 'Preloaded', 'Exception/HabeasException', 'Transport/Transport',
    'Transport/DecidesDirectly', 'Transport/InProcess', 'Transport/Ffi'] as $name
) {
    opcache_compile_file(__DIR__ . '/../src/' . $name . '.php');
}

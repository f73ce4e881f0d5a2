<?php

declare(strict_types=1);

require __DIR__ . '/../../../bindings/php/autoload.php';
require __DIR__ . '/StoreTestCase.php';

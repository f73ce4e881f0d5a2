<?php

declare(strict_types=1);

namespace Habeas;

/**
 * Forms of an access bundle.
 */
enum BundleFormat: string
{
    case Json = 'json';
    case Html = 'html';
    case Csv = 'csv';
    case Zip = 'zip';
}

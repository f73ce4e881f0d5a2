<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * An older store: migrate it.
 */
final class MigrationNeededException extends HabeasException
{
}

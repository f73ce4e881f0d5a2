<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * No such field, purpose, text, form, file.
 */
final class NotFoundException extends HabeasException
{
}

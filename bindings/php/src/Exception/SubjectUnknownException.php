<?php

declare(strict_types=1);

namespace Habeas\Exception;

/**
 * This subject number was never given.
 */
final class SubjectUnknownException extends HabeasException
{
}

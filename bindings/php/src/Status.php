<?php

declare(strict_types=1);

namespace Habeas;

/**
 * Why a call failed: the names of habeas_status.
 */
enum Status: string
{
    case Internal = 'internal';
    case Invalid = 'invalid';
    case NotFound = 'not_found';
    case SubjectUnknown = 'subject_unknown';
    case Erased = 'erased';
    case Exists = 'exists';
    case Conflict = 'conflict';
    case Busy = 'busy';
    case Locked = 'locked';
    case ReadOnly = 'read_only';
    case Full = 'full';
    case Io = 'io';
    case Corrupt = 'corrupt';
    case NotAStore = 'not_a_store';
    case MigrationNeeded = 'migration_needed';
    case NewerStore = 'newer_store';
    case KeyMissing = 'key_missing';
    case KeyWrong = 'key_wrong';
    case JournalMissing = 'journal_missing';
    case JournalForeign = 'journal_foreign';
    case NetworkFilesystem = 'network_filesystem';
    case Cancelled = 'cancelled';
    case OutOfMemory = 'out_of_memory';
    case Unsupported = 'unsupported';
    case Denied = 'denied';
    case Handle = 'handle';
    case Concurrent = 'concurrent';
    case Forked = 'forked';
    case Callback = 'callback';
    /** The way to libhabeas failed: no program, no library, a child process that died. */
    case Transport = 'transport';

    public static function ofNumber(int $status): self
    {
        return match ($status) {
            -1 => self::Internal,
            -2 => self::Invalid,
            -3 => self::NotFound,
            -4 => self::SubjectUnknown,
            -5 => self::Erased,
            -6 => self::Exists,
            -7 => self::Conflict,
            -8 => self::Busy,
            -9 => self::Locked,
            -10 => self::ReadOnly,
            -11 => self::Full,
            -12 => self::Io,
            -13 => self::Corrupt,
            -14 => self::NotAStore,
            -15 => self::MigrationNeeded,
            -16 => self::NewerStore,
            -17 => self::KeyMissing,
            -18 => self::KeyWrong,
            -19 => self::JournalMissing,
            -20 => self::JournalForeign,
            -21 => self::NetworkFilesystem,
            -22 => self::Cancelled,
            -23 => self::OutOfMemory,
            -24 => self::Unsupported,
            -25 => self::Denied,
            -26 => self::Handle,
            -27 => self::Concurrent,
            -28 => self::Forked,
            -29 => self::Callback,
            default => self::Callback,
        };
    }

    /** @return class-string<Exception\HabeasException> */
    public function exception(): string
    {
        return match ($this) {
            self::Internal => Exception\InternalException::class,
            self::Invalid => Exception\InvalidException::class,
            self::NotFound => Exception\NotFoundException::class,
            self::SubjectUnknown => Exception\SubjectUnknownException::class,
            self::Erased => Exception\ErasedException::class,
            self::Exists => Exception\ExistsException::class,
            self::Conflict => Exception\ConflictException::class,
            self::Busy => Exception\BusyException::class,
            self::Locked => Exception\LockedException::class,
            self::ReadOnly => Exception\ReadOnlyException::class,
            self::Full => Exception\FullException::class,
            self::Io => Exception\IoException::class,
            self::Corrupt => Exception\CorruptException::class,
            self::NotAStore => Exception\NotAStoreException::class,
            self::MigrationNeeded => Exception\MigrationNeededException::class,
            self::NewerStore => Exception\NewerStoreException::class,
            self::KeyMissing => Exception\KeyMissingException::class,
            self::KeyWrong => Exception\KeyWrongException::class,
            self::JournalMissing => Exception\JournalMissingException::class,
            self::JournalForeign => Exception\JournalForeignException::class,
            self::NetworkFilesystem => Exception\NetworkFilesystemException::class,
            self::Cancelled => Exception\CancelledException::class,
            self::OutOfMemory => Exception\OutOfMemoryException::class,
            self::Unsupported => Exception\UnsupportedException::class,
            self::Denied => Exception\DeniedException::class,
            self::Handle => Exception\HandleException::class,
            self::Concurrent => Exception\ConcurrentException::class,
            self::Forked => Exception\ForkedException::class,
            self::Callback => Exception\CallbackException::class,
            self::Transport => Exception\TransportException::class,
        };
    }
}

CREATE TABLE purpose(
    id         INTEGER PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,
    retired_at INTEGER
) STRICT;

-- Former definitions stay, for questions about the past.
CREATE TABLE purpose_version(
    purpose_id  INTEGER NOT NULL REFERENCES purpose(id),
    version     INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    definition  TEXT NOT NULL,     -- JSON, without texts
    PRIMARY KEY (purpose_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE text_version(
    purpose_id      INTEGER NOT NULL REFERENCES purpose(id),
    number          INTEGER NOT NULL,
    recorded_at     INTEGER NOT NULL,
    material_change INTEGER,       -- NULL: unknown, taken as yes
    hash            BLOB NOT NULL,
    PRIMARY KEY (purpose_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE consent_text(
    purpose_id INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    language   TEXT NOT NULL,
    text       TEXT NOT NULL,
    label      TEXT NOT NULL,
    PRIMARY KEY (purpose_id, number, language),
    FOREIGN KEY (purpose_id, number) REFERENCES text_version(purpose_id, number)
) STRICT, WITHOUT ROWID;

-- The ready answer: holds for every moment from valid_from (inclusive) to valid_until (exclusive).
CREATE TABLE ready(
    subject_id  INTEGER NOT NULL,
    purpose_id  INTEGER NOT NULL,
    channel     INTEGER NOT NULL,
    reason      INTEGER NOT NULL,  -- habeas::Reason
    state       INTEGER NOT NULL,  -- habeas::ConsentState
    event_id    INTEGER NOT NULL,  -- the event that decided, 0: none
    valid_from  INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    PRIMARY KEY (subject_id, purpose_id, channel)
) STRICT, WITHOUT ROWID;

-- Keyed hashes only. An entry outlives the erasure of the subject.
CREATE TABLE suppression(
    id              INTEGER PRIMARY KEY,
    identifier_kind INTEGER NOT NULL,
    key_id          TEXT NOT NULL,
    hash            BLOB NOT NULL,
    kind            TEXT NOT NULL,  -- objection, erasure, bounce, complaint
    scope           TEXT NOT NULL,  -- marketing, all
    purpose_id      INTEGER,        -- NULL: by scope
    channel         INTEGER NOT NULL,
    effective_at    INTEGER NOT NULL,
    recorded_at     INTEGER NOT NULL,
    UNIQUE (hash, kind, scope, purpose_id, channel)
) STRICT;

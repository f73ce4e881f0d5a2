-- What was done. No personal data: a number, times, counts.
CREATE TABLE erasure(
    subject_id  INTEGER PRIMARY KEY,
    event_id    INTEGER NOT NULL,  -- the chain entry of kind 'erased'
    logical_at  INTEGER NOT NULL,
    physical_at INTEGER,           -- NULL: pending
    receipt     TEXT NOT NULL      -- JSON
) STRICT;
CREATE INDEX erasure_pending ON erasure(subject_id) WHERE physical_at IS NULL;

-- Sealed evidence: readable only with a recorded ground, deleted at delete_at.
CREATE TABLE proof(
    subject_id INTEGER NOT NULL,
    purpose_id INTEGER NOT NULL,
    delete_at  INTEGER NOT NULL,
    key_id     TEXT NOT NULL,
    sealed     BLOB NOT NULL,
    PRIMARY KEY (subject_id, purpose_id)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_erasure AS SELECT subject_id, event_id, logical_at, physical_at FROM erasure;

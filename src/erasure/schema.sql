-- What was done. No personal data: a number, times, counts.
CREATE TABLE erasure(
    subject_id  INTEGER PRIMARY KEY,
    event_id    INTEGER NOT NULL,  -- the chain entry of kind 'erased'
    logical_at  INTEGER NOT NULL,
    physical_at INTEGER            -- NULL: pending
) STRICT;
CREATE INDEX erasure_pending ON erasure(subject_id) WHERE physical_at IS NULL;

-- By act, so that these long rows go to the end of the table. Among the numbers each moved its
-- neighbours: 4 or 5 pages written for an erasure, now 2.
CREATE TABLE erasure_receipt(
    event_id INTEGER PRIMARY KEY,
    receipt  TEXT NOT NULL         -- JSON
) STRICT;

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

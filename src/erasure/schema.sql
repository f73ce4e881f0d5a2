-- What was done, by act. No personal data: times, counts. Which numbers the act concerns says table
-- tombstone (src/subjects). By act and with the receipt, so that rows go to the end of the table: among the
-- numbers each moved its neighbours, and an erasure wrote three pages more.
CREATE TABLE erasure(
    event_id    INTEGER PRIMARY KEY,  -- the chain entry of kind 'erased'
    logical_at  INTEGER NOT NULL,
    physical_at INTEGER,              -- NULL: pending
    receipt     TEXT NOT NULL         -- JSON, without physical_at
) STRICT;
CREATE INDEX erasure_pending ON erasure(event_id) WHERE physical_at IS NULL;

-- Sealed evidence: readable only with a recorded ground, deleted at delete_at.
CREATE TABLE proof(
    subject_id INTEGER NOT NULL,
    purpose_id INTEGER NOT NULL,
    delete_at  INTEGER NOT NULL,
    key_id     TEXT NOT NULL,
    sealed     BLOB NOT NULL,
    PRIMARY KEY (subject_id, purpose_id)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_erasure AS SELECT t.subject_id, e.event_id, e.logical_at, e.physical_at
    FROM erasure e JOIN tombstone t ON t.event_id = e.event_id;

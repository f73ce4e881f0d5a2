-- Named values: store id, counters, settings ("setting.<name>").
CREATE TABLE meta(
    name  TEXT PRIMARY KEY,
    value ANY
) STRICT, WITHOUT ROWID;

-- What the last commit says about itself (engine_write.cpp). One row, so that its page can be read without SQLite (own_log.cpp).
CREATE TABLE last_commit(
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    state BLOB NOT NULL
) STRICT;

-- Who acted. The ref of an actor of kind 'subject' is the number of the subject. Those with words, a name
-- or a reason, have negative ids: an index finds the few acts of each, and the many of the system need none.
CREATE TABLE actor(
    id     INTEGER PRIMARY KEY,
    kind   TEXT NOT NULL,
    ref    TEXT NOT NULL,
    reason TEXT NOT NULL,
    UNIQUE (kind, ref, reason)
) STRICT;

-- Root keys the store has known. The key itself is never here, only a check value.
CREATE TABLE root_key(
    id          TEXT PRIMARY KEY,
    check_value BLOB NOT NULL,
    created_at  INTEGER NOT NULL,
    active      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Files that habeas wrote. subject_id NULL: a file about many.
CREATE TABLE written_file(
    id         INTEGER PRIMARY KEY,
    path       TEXT NOT NULL,
    subject_id INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX written_file_subject ON written_file(subject_id);
CREATE INDEX written_file_path ON written_file(path);

CREATE VIEW v_file AS SELECT id, path, subject_id, created_at, expires_at FROM written_file;

-- What changed about whom, for change feeds and segments: subjects first_id to last_id had the same
-- changes in one transaction (an import creates thousands in a row). The change of subject n has
-- the sequence `sequence + n - first_id`, so that sequences have no gaps. No personal data: numbers.
CREATE TABLE change_log(
    sequence    INTEGER PRIMARY KEY,
    first_id    INTEGER NOT NULL,
    last_id     INTEGER NOT NULL,
    kinds       INTEGER NOT NULL,  -- bits 1 << habeas::ChangeKind
    recorded_at INTEGER NOT NULL
) STRICT;

-- Where personal data is beside this store.
CREATE TABLE holder(
    id         INTEGER PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL -- JSON
) STRICT;

-- What a holder was asked and answered. Outlives an erasure, as a number, places and grounds.
CREATE TABLE holder_task(
    id          INTEGER PRIMARY KEY,
    subject_id  INTEGER NOT NULL,
    holder      TEXT NOT NULL,    -- code; of 'tell' the recipient
    operation   TEXT NOT NULL,
    about       TEXT NOT NULL,    -- of 'tell': the operation it tells of
    request_id  INTEGER,
    state       TEXT NOT NULL,
    key         TEXT NOT NULL,    -- UUID: the same in all calls
    cursor      TEXT NOT NULL,    -- of the page that is due
    page        INTEGER NOT NULL, -- answered so far
    attempts    INTEGER NOT NULL, -- of the page that is due
    reason      TEXT NOT NULL,    -- of the last failure: a word
    due_at      INTEGER,          -- NULL: over, or not yet wanted
    opened_at   INTEGER NOT NULL,
    ended_at    INTEGER,          -- answered, or cancelled
    answered_by INTEGER,          -- actor of an answer by hand
    answer      TEXT NOT NULL,    -- JSON: rows, retained
    draft       TEXT NOT NULL DEFAULT '', -- JSON: rows that a call under way found, should its answer be lost
    key_id      TEXT,             -- of the root key that the next is sealed under
    identity    BLOB              -- whom to look for; NULL as soon as the task is over
) STRICT;
CREATE INDEX holder_task_subject ON holder_task(subject_id);
CREATE INDEX holder_task_due ON holder_task(due_at) WHERE due_at IS NOT NULL;
CREATE INDEX holder_task_actor ON holder_task(answered_by) WHERE answered_by < 0;
CREATE INDEX holder_task_open ON holder_task(holder) WHERE ended_at IS NULL;

-- What exports gave, a row a page, until its time is over.
CREATE TABLE holder_export(
    id         INTEGER PRIMARY KEY,
    subject_id INTEGER NOT NULL,
    task_id    INTEGER NOT NULL,
    page       INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    data       TEXT NOT NULL,     -- JSON
    UNIQUE (task_id, page)
) STRICT;
CREATE INDEX holder_export_subject ON holder_export(subject_id);
CREATE INDEX holder_export_at ON holder_export(at);

-- Art. 17(3): what keeps an erasure from being done here, or from being done wholly by a holder.
CREATE TABLE holder_hold(
    id         INTEGER PRIMARY KEY,
    subject_id INTEGER NOT NULL,
    holder     TEXT,              -- NULL: this store
    ground     TEXT NOT NULL,
    until      INTEGER,           -- NULL: until it is lifted
    placed_at  INTEGER NOT NULL,
    ended_at   INTEGER,           -- NULL: it holds
    actor_id   INTEGER NOT NULL,
    key        TEXT,              -- of a holder's: what `identity` is bound to
    key_id     TEXT,
    identity   BLOB               -- of a holder's: whom to look for when it ends
) STRICT;
CREATE INDEX holder_hold_subject ON holder_hold(subject_id);
CREATE INDEX holder_hold_actor ON holder_hold(actor_id) WHERE actor_id < 0;
CREATE INDEX holder_hold_until ON holder_hold(until) WHERE ended_at IS NULL;

CREATE VIEW v_holder_task AS SELECT id, subject_id, holder, operation, about, request_id, state, page, attempts,
    reason, due_at, opened_at, ended_at, answer FROM holder_task;
CREATE VIEW v_holder_hold AS SELECT id, subject_id, holder, ground, until, placed_at, ended_at FROM holder_hold;

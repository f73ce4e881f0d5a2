-- Outlives an erasure: what was asked and how it was answered, of a number without a name.
CREATE TABLE request(
    id            INTEGER PRIMARY KEY,
    subject_id    INTEGER NOT NULL, -- 0: of somebody unknown
    contact_kind  TEXT,            -- of somebody unknown, while it is open: where the answer goes
    contact       TEXT NOT NULL DEFAULT '',
    kind          TEXT NOT NULL,
    state         TEXT NOT NULL,
    origin        TEXT NOT NULL,
    vouched_by    TEXT NOT NULL,
    ground        TEXT NOT NULL,
    received_at   INTEGER NOT NULL,
    asked_at      INTEGER,         -- for the identity, the first time
    verified_at   INTEGER,
    extended_at   INTEGER,
    extension     INTEGER NOT NULL DEFAULT 0, -- months
    notice_at     INTEGER,         -- that a restriction will be lifted
    lifted_at     INTEGER,
    closed_at     INTEGER,
    told          INTEGER NOT NULL DEFAULT 0, -- to the host: 1 due soon, 2 late
    token_key     TEXT,            -- id of the root key; NULL: no token, or it was used
    token_hash    BLOB,            -- keyed
    token_expires INTEGER,
    attempts      INTEGER NOT NULL, -- wrong tokens for this request
    awaits        INTEGER NOT NULL DEFAULT 0 -- 1: fulfilled as soon as every data holder has answered
) STRICT;
CREATE INDEX request_subject ON request(subject_id);
CREATE INDEX request_awaits ON request(subject_id) WHERE awaits = 1;
CREATE INDEX request_waiting ON request(token_expires) WHERE state = 'identity_asked';

CREATE TABLE request_step(
    request_id INTEGER NOT NULL REFERENCES request(id),
    number     INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    state      TEXT NOT NULL,
    actor_id   INTEGER NOT NULL,
    note       TEXT NOT NULL,
    PRIMARY KEY (request_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_step_actor ON request_step(actor_id) WHERE actor_id < 0;

CREATE VIEW v_request AS
SELECT id, nullif(subject_id, 0) AS subject_id, kind, state, origin, vouched_by, ground, received_at, verified_at,
       extended_at, closed_at
FROM request;

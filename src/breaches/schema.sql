-- The register of breaches (art. 33(5)). Nothing in it goes.
CREATE TABLE breach(
    id           INTEGER PRIMARY KEY,
    code         TEXT NOT NULL UNIQUE,
    state        TEXT NOT NULL,
    facts        TEXT NOT NULL,             -- the definition: JSON
    aware_at     INTEGER NOT NULL,
    recorded_at  INTEGER NOT NULL,
    risk         TEXT NOT NULL DEFAULT 'unassessed',
    risk_reason  TEXT NOT NULL DEFAULT '',
    notified_at  INTEGER,                   -- the authority, first
    more_follows INTEGER NOT NULL DEFAULT 0,
    informed_at  INTEGER,                   -- all persons
    ground       TEXT NOT NULL DEFAULT '',  -- of art. 34(3): a, b, c
    closed_at    INTEGER,
    figures      TEXT NOT NULL DEFAULT ''   -- what the filter found: JSON; empty: never counted
) STRICT;

-- Its journal. Rows never change.
CREATE TABLE breach_step(
    breach_id INTEGER NOT NULL REFERENCES breach(id),
    number    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    step      TEXT NOT NULL,
    state     TEXT NOT NULL,
    actor_id  INTEGER NOT NULL,
    facts     TEXT NOT NULL,                -- JSON; no filter, since its values may be somebody's
    PRIMARY KEY (breach_id, number)
) STRICT, WITHOUT ROWID;

-- Whom it concerns. Goes with an erasure; the figures stay.
CREATE TABLE breach_subject(
    breach_id  INTEGER NOT NULL REFERENCES breach(id),
    subject_id INTEGER NOT NULL,
    told_at    INTEGER,                     -- a message was queued, or they were told otherwise
    message_id INTEGER,
    refused    TEXT NOT NULL DEFAULT '',    -- why no message may go: reason code
    PRIMARY KEY (breach_id, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX breach_subject_of ON breach_subject(subject_id);

CREATE VIEW v_breach AS
SELECT code, state, risk, aware_at, recorded_at, notified_at, informed_at, nullif(ground, '') AS ground, closed_at
FROM breach;

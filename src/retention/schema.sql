CREATE TABLE retention_rule(
    id         INTEGER PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL,       -- canonical JSON
    position   INTEGER NOT NULL,    -- the tick has looked at the subjects up to this one
    next_at    INTEGER NOT NULL,    -- when the tick looks (again)
    looked_at  INTEGER,             -- when it last came to the end
    fault      TEXT NOT NULL        -- why the tick cannot run it
) STRICT;

-- The journal. No subjects: who they were says the ledger's act of that run.
CREATE TABLE retention_run(
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    rule     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    subjects INTEGER NOT NULL,
    rows     INTEGER NOT NULL,
    kept     TEXT NOT NULL,         -- JSON: how many stayed, by why
    complete INTEGER NOT NULL
) STRICT;

-- What stays known when the entries that said it have gone.
CREATE TABLE retention_state(
    subject_id    INTEGER PRIMARY KEY,
    activity      INTEGER,          -- the last act of the person
    anonymised_at INTEGER
) STRICT;

CREATE VIEW v_retention_run AS
SELECT r.id AS id, r.rule AS rule, r.at AS at, a.kind AS actor_kind, a.ref AS actor,
       r.subjects AS subjects, r.rows AS rows, r.kept AS kept, r.complete AS complete
FROM retention_run r JOIN actor a ON a.id = r.actor_id;

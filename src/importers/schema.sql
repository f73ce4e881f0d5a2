-- Runs that came to their end. No subjects: the report has numbers and reasons.
CREATE TABLE migration_run(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    platform   TEXT NOT NULL,
    at         INTEGER NOT NULL,
    actor_id   INTEGER NOT NULL,
    report     TEXT NOT NULL        -- JSON
) STRICT;

-- How far a run of the same files with the same options has come; goes when it ends.
CREATE TABLE migration_progress(
    run    TEXT NOT NULL,           -- hash of files and options
    part   TEXT NOT NULL,
    rows   INTEGER NOT NULL,        -- that are done
    counts TEXT NOT NULL,           -- JSON: of the report so far
    PRIMARY KEY(run, part)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_migration AS
SELECT r.id AS id, r.platform AS platform, r.at AS at, a.kind AS actor_kind, a.ref AS actor,
       r.report AS report
FROM migration_run r JOIN actor a ON a.id = r.actor_id;

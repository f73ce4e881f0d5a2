-- Who gets data of this store: processors (art. 28) and other recipients.
CREATE TABLE processor(
    id   INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
) STRICT;

-- What holds of it from a day on. Rows never change: of the same day the last one counts.
CREATE TABLE processor_version(
    id           INTEGER PRIMARY KEY,
    processor_id INTEGER NOT NULL REFERENCES processor(id),
    valid_from   TEXT NOT NULL,    -- YYYY-MM-DD; empty: since ever
    recorded_at  INTEGER NOT NULL,
    actor_id     INTEGER NOT NULL,
    facts        TEXT NOT NULL     -- canonical JSON
) STRICT;
CREATE INDEX processor_version_of ON processor_version(processor_id, valid_from, id);

CREATE VIEW v_processor AS
SELECT p.code AS code, p.name AS name, v.valid_from AS valid_from, v.recorded_at AS recorded_at,
       a.kind AS actor_kind, a.ref AS actor, v.facts AS facts,
       EXISTS (SELECT 1 FROM processor_version n WHERE n.processor_id = v.processor_id
               AND n.valid_from = v.valid_from AND n.id > v.id) AS superseded
FROM processor p JOIN processor_version v ON v.processor_id = p.id JOIN actor a ON a.id = v.actor_id;

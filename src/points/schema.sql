CREATE TABLE points_rule(
    id         INTEGER PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL,       -- JSON
    active     INTEGER NOT NULL
) STRICT;

CREATE TABLE points_entry(
    id         INTEGER PRIMARY KEY,
    subject_id INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    points     INTEGER NOT NULL,
    rule_id    INTEGER NOT NULL,    -- 0: by hand or by a campaign
    reason     TEXT NOT NULL
) STRICT;
CREATE INDEX points_entry_subject ON points_entry(subject_id, rule_id);

CREATE TABLE points_total(
    subject_id INTEGER PRIMARY KEY,
    total      INTEGER NOT NULL
) STRICT;

CREATE VIEW v_points AS
SELECT subject_id, total FROM points_total;

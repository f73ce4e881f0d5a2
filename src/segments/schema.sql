CREATE TABLE segment(
    id         INTEGER PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,
    labels     TEXT NOT NULL,     -- JSON by language
    filter     TEXT NOT NULL,     -- JSON, empty: by hand only
    live       INTEGER NOT NULL,
    vouched    TEXT NOT NULL,
    -- Of the last refresh:
    built_at   INTEGER,           -- NULL: never, or the definition changed since
    generation INTEGER NOT NULL,  -- of the definitions that the filter was compiled with
    position   INTEGER NOT NULL,  -- last sequence of the change log that was looked at
    boundary   INTEGER NOT NULL   -- from then on members change without any change of a subject
) STRICT;

CREATE TABLE segment_member(
    segment_id INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    since      INTEGER NOT NULL,
    PRIMARY KEY (segment_id, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX segment_member_subject ON segment_member(subject_id);

-- By hand, and lasting.
CREATE TABLE segment_manual(
    segment_id INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    included   INTEGER NOT NULL,  -- 1: added, 0: removed
    at         INTEGER NOT NULL,
    PRIMARY KEY (segment_id, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX segment_manual_subject ON segment_manual(subject_id);

-- How a segment grew: figures alone, one row a day (UTC) with changes.
CREATE TABLE segment_day(
    segment_id INTEGER NOT NULL,
    day        TEXT NOT NULL,
    added      INTEGER NOT NULL,
    removed    INTEGER NOT NULL,
    PRIMARY KEY (segment_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE tag(
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    key  TEXT NOT NULL UNIQUE     -- case-folded
) STRICT;

CREATE TABLE subject_tag(
    subject_id INTEGER NOT NULL,
    tag_id     INTEGER NOT NULL,
    PRIMARY KEY (subject_id, tag_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_tag_tag ON subject_tag(tag_id);

CREATE VIEW v_segment AS
SELECT g.code AS code, g.labels AS labels, g.filter AS filter, g.live AS live, g.vouched AS vouched,
       g.built_at AS refreshed_at,
       (SELECT count(*) FROM segment_member m WHERE m.segment_id = g.id) AS members
FROM segment g;

CREATE VIEW v_segment_member AS
SELECT g.code AS segment, m.subject_id AS subject_id, m.since AS since,
       (SELECT a.included FROM segment_manual a
        WHERE a.segment_id = m.segment_id AND a.subject_id = m.subject_id) IS 1 AS added_by_hand
FROM segment_member m JOIN segment g ON g.id = m.segment_id;

CREATE VIEW v_segment_day AS
SELECT g.code AS segment, d.day AS day, d.added AS added, d.removed AS removed
FROM segment_day d JOIN segment g ON g.id = d.segment_id;

CREATE VIEW v_tag AS
SELECT t.name AS tag, s.subject_id AS subject_id FROM subject_tag s JOIN tag t ON t.id = s.tag_id;

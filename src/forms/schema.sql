CREATE TABLE form(
    id         INTEGER PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,
    version    INTEGER NOT NULL,  -- the latest
    published  INTEGER NOT NULL,  -- the version that people get; 0: none
    retired_at INTEGER
) STRICT;

-- Immutable: what was asked stays readable as long as anybody answered it.
CREATE TABLE form_version(
    form_id      INTEGER NOT NULL REFERENCES form(id),
    version      INTEGER NOT NULL,
    recorded_at  INTEGER NOT NULL,
    definition   TEXT NOT NULL,    -- canonical JSON
    hash         TEXT NOT NULL,    -- BLAKE2b-256 of it, hexadecimal
    published_at INTEGER,
    published_by INTEGER,          -- actor
    overridden   TEXT NOT NULL,    -- why errors of the lint were accepted
    PRIMARY KEY (form_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE form_submission(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    subject_id INTEGER NOT NULL,
    form_id    INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    language   TEXT NOT NULL,
    at         INTEGER NOT NULL,
    page       TEXT NOT NULL,
    ip         TEXT NOT NULL,      -- truncated
    user_agent TEXT NOT NULL,
    identified INTEGER NOT NULL,
    data       TEXT NOT NULL       -- JSON: values by field
) STRICT;
CREATE INDEX form_submission_subject ON form_submission(subject_id);
CREATE INDEX form_submission_form ON form_submission(form_id, id);

-- How often a source sent a form of late. Keyed hashes of addresses, for the form's limit alone.
CREATE TABLE form_source(
    source  BLOB NOT NULL,
    form_id INTEGER NOT NULL,
    since   INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (source, form_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX form_source_until ON form_source(until);

CREATE VIEW v_form AS
SELECT f.code AS code, v.version AS version, nullif(f.published, 0) AS published_version,
       v.recorded_at AS recorded_at, v.published_at AS published_at, f.retired_at AS retired_at,
       v.hash AS hash, v.overridden AS overridden, a.ref AS published_by,
       v.definition AS definition
FROM form f JOIN form_version v ON v.form_id = f.id AND v.version = f.version
     LEFT JOIN actor a ON a.id = v.published_by;

CREATE VIEW v_submission AS
SELECT s.id AS id, s.subject_id AS subject_id, f.code AS form, s.version AS version,
       s.language AS language, s.at AS at, s.page AS page, s.identified AS identified,
       s.data AS data
FROM form_submission s JOIN form f ON f.id = s.form_id;

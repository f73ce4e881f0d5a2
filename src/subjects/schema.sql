CREATE TABLE field(
    id          INTEGER PRIMARY KEY,
    owner       TEXT NOT NULL,     -- 'subject', 'organisation'
    name        TEXT NOT NULL,
    type        TEXT NOT NULL,
    class       TEXT NOT NULL,
    is_unique   INTEGER NOT NULL,
    retired     INTEGER NOT NULL,
    definition  TEXT NOT NULL,     -- JSON: labels, choices, default, scale, required, in_exports
    UNIQUE (owner, name)
) STRICT;

-- Custom fields are typed columns f_<name>, added by ALTER TABLE.
CREATE TABLE subject(
    id         INTEGER PRIMARY KEY,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    standing   INTEGER NOT NULL DEFAULT 0, -- 1: has events that concern all purposes (consent)
    source     TEXT
) STRICT;
CREATE INDEX subject_changed ON subject(changed_at);

-- What finds a subject. hash: keyed BLAKE2b-128 of kind, system and normal form, under the active key.
-- Clustered by subject: the rows of an import go to the end of the table, and the one tree that is
-- written at random places has entries of 30 bytes (a key (kind, hash) made them 70).
CREATE TABLE identifier(
    subject_id INTEGER NOT NULL,
    kind       INTEGER NOT NULL,   -- habeas::IdentifierKind
    hash       BLOB NOT NULL,
    system     TEXT,
    normal     TEXT NOT NULL,
    typed      TEXT,               -- NULL: as the normal form
    PRIMARY KEY (subject_id, kind, hash)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX identifier_hash ON identifier(kind, hash);

-- Keyed hashes of identifiers a subject had before: what an erasure must remember.
CREATE TABLE identifier_past(
    subject_id INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    key_id     TEXT NOT NULL,
    hash       BLOB NOT NULL,
    PRIMARY KEY (subject_id, kind, key_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE subject_choice(
    subject_id INTEGER NOT NULL,
    field_id   INTEGER NOT NULL,
    choice     TEXT NOT NULL,
    PRIMARY KEY (subject_id, field_id, choice)
) STRICT, WITHOUT ROWID;

-- A merged id answers for the subject that survived.
CREATE TABLE subject_alias(
    old_id     INTEGER PRIMARY KEY,
    subject_id INTEGER NOT NULL
) STRICT;
CREATE INDEX subject_alias_subject ON subject_alias(subject_id);

-- An erased id answers ERASED; the number is all that stays. src/erasure writes it, with the act.
CREATE TABLE tombstone(
    subject_id INTEGER PRIMARY KEY,
    event_id   INTEGER NOT NULL  -- the chain entry of kind 'erased', and the row of table erasure
) STRICT;

CREATE TABLE organisation(
    id         INTEGER PRIMARY KEY,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    name       TEXT NOT NULL,
    external   TEXT UNIQUE
) STRICT;

CREATE TABLE membership(
    subject_id      INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    role            TEXT NOT NULL,
    is_primary      INTEGER NOT NULL,
    PRIMARY KEY (subject_id, organisation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_organisation ON membership(organisation_id);

-- Views for read-only SQL. v_subject and v_organisation are made from the fields (views.cpp).
CREATE VIEW v_identifier AS
SELECT subject_id,
       CASE kind WHEN 0 THEN 'email' WHEN 1 THEN 'phone' ELSE 'external:' || system END AS kind,
       normal, coalesce(typed, normal) AS typed
FROM identifier;

CREATE VIEW v_membership AS
SELECT subject_id, organisation_id, role, is_primary FROM membership;

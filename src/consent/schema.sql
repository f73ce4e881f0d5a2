CREATE TABLE purpose(
    id         INTEGER PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,
    retired_at INTEGER
) STRICT;

-- Former definitions stay, for questions about the past.
CREATE TABLE purpose_version(
    purpose_id  INTEGER NOT NULL REFERENCES purpose(id),
    version     INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    definition  TEXT NOT NULL,     -- JSON, without texts
    basis       TEXT NOT NULL,     -- of the definition, for the view: SQLite 3.40 lets no view
    kind        TEXT NOT NULL,     -- read JSON where schemas are not trusted
    PRIMARY KEY (purpose_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE text_version(
    purpose_id      INTEGER NOT NULL REFERENCES purpose(id),
    number          INTEGER NOT NULL,
    recorded_at     INTEGER NOT NULL,
    material_change INTEGER,       -- NULL: unknown, taken as yes
    hash            BLOB NOT NULL,
    PRIMARY KEY (purpose_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE consent_text(
    purpose_id INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    language   TEXT NOT NULL,
    text       TEXT NOT NULL,
    label      TEXT NOT NULL,
    PRIMARY KEY (purpose_id, number, language),
    FOREIGN KEY (purpose_id, number) REFERENCES text_version(purpose_id, number)
) STRICT, WITHOUT ROWID;

-- The ready answer: holds for every moment from valid_from (inclusive) to valid_until (exclusive).
CREATE TABLE ready(
    subject_id  INTEGER NOT NULL,
    purpose_id  INTEGER NOT NULL,
    channel     INTEGER NOT NULL,
    reason      INTEGER NOT NULL,  -- habeas::Reason
    state       INTEGER NOT NULL,  -- habeas::ConsentState
    event_id    INTEGER NOT NULL,  -- the event that decided, 0: none
    valid_from  INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    PRIMARY KEY (subject_id, purpose_id, channel)
) STRICT, WITHOUT ROWID;

-- Rows that the tick renews: those with an end.
CREATE INDEX ready_until ON ready(valid_until) WHERE valid_until < 9223372036854775807;

-- Keyed hashes only. An entry outlives the erasure of the subject.
CREATE TABLE suppression(
    id              INTEGER PRIMARY KEY,
    identifier_kind INTEGER NOT NULL,
    key_id          TEXT NOT NULL,
    hash            BLOB NOT NULL,
    kind            TEXT NOT NULL,  -- objection, erasure, bounce, complaint
    scope           TEXT NOT NULL,  -- marketing, all
    purpose_id      INTEGER,        -- NULL: by scope
    channel         INTEGER NOT NULL,
    effective_at    INTEGER NOT NULL,
    recorded_at     INTEGER NOT NULL,
    UNIQUE (hash, kind, scope, purpose_id, channel)
) STRICT;

-- Views for read-only SQL (documented in src/store/README.md). Names are those of names.cpp and
-- reasons.cpp; a test compares.
CREATE VIEW v_purpose AS
SELECT p.code AS code, v.version AS version, v.basis AS basis, v.kind AS kind,
       v.recorded_at AS recorded_at, p.retired_at AS retired_at,
       (SELECT max(number) FROM text_version t WHERE t.purpose_id = p.id) AS text_versions,
       v.definition AS definition
FROM purpose p JOIN purpose_version v ON v.purpose_id = p.id
WHERE v.version = (SELECT max(version) FROM purpose_version l WHERE l.purpose_id = p.id);

CREATE VIEW v_text AS
SELECT p.code AS purpose, t.number AS number, t.recorded_at AS recorded_at,
       t.material_change AS material_change, lower(hex(t.hash)) AS hash,
       c.language AS language, c.text AS text, c.label AS label
FROM text_version t JOIN purpose p ON p.id = t.purpose_id
     JOIN consent_text c ON c.purpose_id = t.purpose_id AND c.number = t.number;

CREATE VIEW v_event AS
SELECT e.id AS id, e.subject_id AS subject_id,
       CASE e.kind
           WHEN 1 THEN 'requested' WHEN 2 THEN 'granted' WHEN 3 THEN 'refused'
           WHEN 4 THEN 'withdrawn' WHEN 5 THEN 'expired' WHEN 6 THEN 'objected'
           WHEN 7 THEN 'objection_upheld' WHEN 8 THEN 'objection_overridden'
           WHEN 9 THEN 'restricted' WHEN 10 THEN 'restriction_notice'
           WHEN 11 THEN 'restriction_lifted' WHEN 12 THEN 'suppressed'
           WHEN 13 THEN 'unsuppressed' WHEN 14 THEN 'bounced' WHEN 15 THEN 'complained'
           WHEN 16 THEN 'delivery_reset' WHEN 17 THEN 'erasure_requested'
           WHEN 18 THEN 'erasure_refused' WHEN 19 THEN 'erasure_cancelled'
           WHEN 20 THEN 'basis_fact' WHEN 21 THEN 'basis_ended' WHEN 22 THEN 'basis_resumed'
           WHEN 23 THEN 'profile_changed' WHEN 24 THEN 'merged' WHEN 25 THEN 'disclosed'
           WHEN 26 THEN 'proof_opened' WHEN 27 THEN 'paused' WHEN 28 THEN 'resumed'
           WHEN 64 THEN 'store_created'
           WHEN 65 THEN 'purpose_defined' WHEN 66 THEN 'purpose_retired'
           WHEN 67 THEN 'text_added' WHEN 68 THEN 'field_changed'
           WHEN 69 THEN 'setting_changed' WHEN 70 THEN 'imported' WHEN 71 THEN 'erased'
           WHEN 72 THEN 'retention_deleted' WHEN 73 THEN 'key_rotated' WHEN 74 THEN 'restored'
           WHEN 75 THEN 'migrated' WHEN 76 THEN 'exported' END AS kind,
       p.code AS purpose,
       CASE e.channel
           WHEN 0 THEN 'any' WHEN 1 THEN 'email' WHEN 2 THEN 'sms' WHEN 3 THEN 'phone'
           WHEN 4 THEN 'post' WHEN 5 THEN 'push' WHEN 6 THEN 'web' WHEN 7 THEN 'internal' END AS channel,
       e.scope AS scope, e.effective_at AS effective_at, e.recorded_at AS recorded_at,
       a.kind AS actor_kind, a.ref AS actor, a.reason AS actor_reason,
       e.text_version AS text_version, e.evidence AS evidence
FROM event e JOIN actor a ON a.id = e.actor_id LEFT JOIN purpose p ON p.id = e.purpose_id;

-- A row holds from valid_from (inclusive) to valid_until (exclusive); may_process answers for any moment.
CREATE VIEW v_consent AS
SELECT r.subject_id AS subject_id, p.code AS purpose,
       CASE r.channel
           WHEN 0 THEN 'any' WHEN 1 THEN 'email' WHEN 2 THEN 'sms' WHEN 3 THEN 'phone'
           WHEN 4 THEN 'post' WHEN 5 THEN 'push' WHEN 6 THEN 'web' WHEN 7 THEN 'internal' END AS channel,
       CASE r.state
           WHEN 0 THEN 'none' WHEN 1 THEN 'requested' WHEN 2 THEN 'granted'
           WHEN 3 THEN 'refused' WHEN 4 THEN 'withdrawn' WHEN 5 THEN 'expired' END AS state,
       r.reason < 32 AS allowed,
       CASE r.reason
           WHEN 1 THEN 'OK_CONSENT' WHEN 2 THEN 'OK_CONTRACT' WHEN 3 THEN 'OK_LEGAL_OBLIGATION'
           WHEN 4 THEN 'OK_VITAL_INTERESTS' WHEN 5 THEN 'OK_PUBLIC_TASK'
           WHEN 6 THEN 'OK_LEGITIMATE_INTERESTS' WHEN 7 THEN 'OK_SOFT_OPT_IN'
           WHEN 8 THEN 'OK_CASL_IMPLIED' WHEN 9 THEN 'OK_OPT_OUT_REGIME'
           WHEN 10 THEN 'OK_STORAGE' WHEN 11 THEN 'OK_LEGAL_CLAIMS'
           WHEN 12 THEN 'OK_DOI_CONFIRMATION' WHEN 32 THEN 'SUBJECT_UNKNOWN'
           WHEN 33 THEN 'PURPOSE_NOT_DECLARED' WHEN 34 THEN 'ERASED'
           WHEN 35 THEN 'ERASURE_PENDING' WHEN 36 THEN 'RESTRICTED' WHEN 37 THEN 'SUPPRESSED'
           WHEN 38 THEN 'HARD_BOUNCE' WHEN 39 THEN 'COMPLAINT'
           WHEN 40 THEN 'OBJECTED_DIRECT_MARKETING' WHEN 41 THEN 'OBJECTED_PENDING'
           WHEN 42 THEN 'OBJECTED' WHEN 43 THEN 'BASIS_NOT_PERMITTED_FOR_PURPOSE'
           WHEN 44 THEN 'BASIS_NOT_PERMITTED_FOR_CHANNEL'
           WHEN 45 THEN 'BASIS_NOT_PERMITTED_FOR_COUNTRY' WHEN 46 THEN 'BASIS_ENDED'
           WHEN 47 THEN 'MIXED_WITH_MARKETING' WHEN 48 THEN 'BALANCING_TEST_MISSING'
           WHEN 49 THEN 'SOFT_OPT_IN_CONDITION_MISSING' WHEN 50 THEN 'CASL_IMPLIED_EXPIRED'
           WHEN 51 THEN 'NO_CONSENT' WHEN 52 THEN 'CONSENT_OTHER_PURPOSE'
           WHEN 53 THEN 'CONSENT_OTHER_CHANNEL' WHEN 54 THEN 'CONSENT_OTHER_CONTROLLER'
           WHEN 55 THEN 'CONSENT_NOT_YET_GIVEN' WHEN 56 THEN 'CONSENT_PENDING'
           WHEN 57 THEN 'CONSENT_REFUSED' WHEN 58 THEN 'CONSENT_WITHDRAWN'
           WHEN 59 THEN 'CONSENT_EXPIRED' WHEN 60 THEN 'CONSENT_VERSION_SUPERSEDED'
           WHEN 61 THEN 'CONSENT_INVALID' WHEN 62 THEN 'CONSENT_UNPROVEN'
           WHEN 63 THEN 'EXPLICIT_CONSENT_REQUIRED'
           WHEN 64 THEN 'CHILD_NO_PARENTAL_AUTHORISATION' WHEN 65 THEN 'AGE_UNKNOWN'
           WHEN 66 THEN 'RETENTION_EXPIRED' WHEN 67 THEN 'TRANSFER_DENIED'
           WHEN 68 THEN 'PAUSED' END AS reason,
       r.event_id AS event_id, r.valid_from AS valid_from, r.valid_until AS valid_until
FROM ready r JOIN purpose p ON p.id = r.purpose_id;

CREATE VIEW v_suppression AS
SELECT s.id AS id, CASE s.identifier_kind WHEN 0 THEN 'email' WHEN 1 THEN 'phone' ELSE 'external' END
       AS identifier_kind, s.kind AS kind, s.scope AS scope, p.code AS purpose,
       CASE s.channel
           WHEN 0 THEN 'any' WHEN 1 THEN 'email' WHEN 2 THEN 'sms' WHEN 3 THEN 'phone'
           WHEN 4 THEN 'post' WHEN 5 THEN 'push' WHEN 6 THEN 'web' WHEN 7 THEN 'internal' END AS channel,
       s.effective_at AS effective_at, s.recorded_at AS recorded_at
FROM suppression s LEFT JOIN purpose p ON p.id = s.purpose_id;

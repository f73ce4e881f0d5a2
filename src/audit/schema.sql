-- The ledger: everything that can change a decision, and acts on the store. id = sequence of the chain.
CREATE TABLE event(
    id           INTEGER PRIMARY KEY,
    subject_id   INTEGER,          -- NULL: an act on the store
    origin_id    INTEGER,          -- the subject when it was written, if a merge moved it since
    kind         INTEGER NOT NULL, -- habeas::EventKind
    purpose_id   INTEGER,          -- NULL: all purposes
    channel      INTEGER NOT NULL, -- habeas::Channel, 0: all
    scope        TEXT,
    effective_at INTEGER NOT NULL,
    recorded_at  INTEGER NOT NULL,
    actor_id     INTEGER NOT NULL,
    text_version INTEGER,
    evidence     TEXT,             -- canonical JSON
    nonce        BLOB NOT NULL     -- 16 random bytes; who has them can prove what the event said
) STRICT;
CREATE INDEX event_subject ON event(subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX event_actor ON event(actor_id) WHERE actor_id < 0; -- who has words: does an act still name them?
CREATE INDEX event_act ON event(kind) WHERE subject_id IS NULL; -- few rows; access bundles look for exports

-- The chain: hash = H(previous hash, sequence, commitment). Stays when an event goes.
CREATE TABLE chain(
    sequence   INTEGER PRIMARY KEY,
    commitment BLOB NOT NULL,
    hash       BLOB NOT NULL
) STRICT;

CREATE VIEW v_chain AS SELECT sequence, lower(hex(hash)) AS hash FROM chain;

-- Sign-ups that wait for the owner of the address (double opt-in), and for a while what became of
-- them. What was asked and what was granted are events of the ledger.
CREATE TABLE optin(
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    subject_id   INTEGER NOT NULL,
    state        TEXT NOT NULL,
    language     TEXT NOT NULL,
    template     TEXT NOT NULL,    -- code; empty: no mail
    data         TEXT NOT NULL,    -- for the template: JSON or empty
    requested    TEXT NOT NULL,    -- JSON: numbers of the events of kind requested
    granted      TEXT NOT NULL,    -- JSON: of those that answer them
    requested_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    closed_at    INTEGER,
    address_kind INTEGER NOT NULL, -- to which address it went: a keyed hash
    address_key  TEXT NOT NULL,
    address_hash BLOB NOT NULL,    -- empty: there is none
    token_key    TEXT,             -- id of the root key
    token_hash   BLOB,             -- keyed; NULL: no token counts
    attempts     INTEGER NOT NULL, -- with a wrong token
    mails        INTEGER NOT NULL,
    last_mail_at INTEGER,
    message_id   INTEGER NOT NULL, -- the last mail; 0: none
    withheld     TEXT NOT NULL     -- why there was none
) STRICT;
CREATE INDEX optin_subject ON optin(subject_id);
CREATE INDEX optin_expires ON optin(expires_at) WHERE state = 'waiting';
CREATE INDEX optin_closed ON optin(closed_at) WHERE state <> 'waiting';

-- Addresses that were written to and did not confirm: keyed hashes alone, so that nobody makes us
-- write to them again, also after an erasure. Gone when the quiet time is over.
CREATE TABLE optin_address(
    kind   INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    hash   BLOB NOT NULL,
    until  INTEGER NOT NULL,
    PRIMARY KEY (kind, key_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX optin_address_until ON optin_address(until);

CREATE VIEW v_optin AS
SELECT id, subject_id, state, language, nullif(template, '') AS template, requested, granted,
       requested_at, expires_at, closed_at, mails, last_mail_at, nullif(message_id, 0) AS message_id,
       nullif(withheld, '') AS withheld
FROM optin;

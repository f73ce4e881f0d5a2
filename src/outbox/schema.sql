-- Templates are updated by adding a version; a message keeps the one it was queued with.
CREATE TABLE message_template(
    id         INTEGER PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,
    version    INTEGER NOT NULL,  -- the latest
    retired_at INTEGER
) STRICT;

CREATE TABLE message_template_version(
    template_id INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    kind        TEXT NOT NULL,    -- for the view, which cannot read JSON
    purpose     TEXT NOT NULL,
    channel     TEXT NOT NULL,
    definition  TEXT NOT NULL,    -- canonical JSON
    PRIMARY KEY (template_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox(
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    key               TEXT NOT NULL UNIQUE,
    reference         BLOB NOT NULL,     -- random
    kind              TEXT NOT NULL,
    subject_id        INTEGER,           -- to whom; of an internal one: about whom
    recipient         TEXT,              -- of an internal one
    purpose_id        INTEGER NOT NULL,  -- 0: internal
    channel           TEXT NOT NULL,
    template_id       INTEGER NOT NULL,  -- 0: ready-made
    template_version  INTEGER NOT NULL,
    state             TEXT NOT NULL,
    reason            TEXT NOT NULL,
    priority          INTEGER NOT NULL,
    queued_at         INTEGER NOT NULL,
    not_before        INTEGER,
    due_at            INTEGER NOT NULL,  -- queued: when to try; uncertain: when to ask the gateway
    attempts          INTEGER NOT NULL,
    repeated          INTEGER NOT NULL,  -- 1: queued once more although it may have been sent
    settled           INTEGER NOT NULL,  -- 1: uncertain, and nobody can tell
    purged            INTEGER NOT NULL DEFAULT 0,  -- 1: its content is gone
    lease             TEXT,              -- random, of the process that has it
    lease_until       INTEGER,           -- sending: until then the gateway answers
    gateway           TEXT NOT NULL,
    gateway_reference TEXT NOT NULL,
    finished_at       INTEGER,
    subject_line      TEXT NOT NULL,     -- as sent
    token_key         TEXT,              -- it has links: id of the root key that makes their tokens
    CHECK (kind <> 'marketing' OR token_key IS NOT NULL OR state = 'refused'),
    CHECK (kind = 'internal' OR subject_id IS NOT NULL)
) STRICT;
CREATE INDEX outbox_subject ON outbox(subject_id);
CREATE INDEX outbox_due ON outbox(priority DESC, due_at, id) WHERE state = 'queued';
CREATE INDEX outbox_sending ON outbox(lease_until) WHERE state = 'sending';
CREATE INDEX outbox_uncertain ON outbox(due_at) WHERE state = 'uncertain' AND settled = 0;

-- What is needed to send it; goes when it is sent and the retention is over.
CREATE TABLE outbox_content(
    message_id   INTEGER PRIMARY KEY,
    subject_id   INTEGER,
    data         TEXT NOT NULL,          -- for the template: JSON, or empty
    secret       TEXT NOT NULL,          -- the same, emptied once it is sent: tokens
    language     TEXT NOT NULL,          -- asked for; empty: the subject's
    subject_line TEXT NOT NULL,          -- ready-made
    text         TEXT NOT NULL,
    html         TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_content_subject ON outbox_content(subject_id);

CREATE TABLE outbox_attachment(
    message_id INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    subject_id INTEGER,
    name       TEXT NOT NULL,
    type       TEXT NOT NULL,
    content    BLOB NOT NULL,
    UNIQUE (message_id, position)
) STRICT;
CREATE INDEX outbox_attachment_subject ON outbox_attachment(subject_id);

-- Figures alone, one row a day (UTC) and state that messages came to: they stay when people go.
CREATE TABLE outbox_day(
    day         TEXT NOT NULL,
    template_id INTEGER NOT NULL,
    purpose_id  INTEGER NOT NULL,
    channel     TEXT NOT NULL,
    state       TEXT NOT NULL,
    messages    INTEGER NOT NULL,
    PRIMARY KEY (day, template_id, purpose_id, channel, state)
) STRICT, WITHOUT ROWID;

-- What was sent in stretches of time that rules of the setting "pacing" limit, and what waits for one.
CREATE TABLE outbox_rate(
    bucket   TEXT NOT NULL,     -- keyed hash of gateway, domain and rule
    since    INTEGER NOT NULL,  -- ms: the stretch begins
    until    INTEGER NOT NULL,
    messages INTEGER NOT NULL,  -- given to the gateway
    planned  INTEGER NOT NULL,  -- put off to this one
    PRIMARY KEY (bucket, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_rate_until ON outbox_rate(until);

CREATE VIEW v_template AS
SELECT t.code AS code, v.version AS version, v.recorded_at AS recorded_at,
       t.retired_at AS retired_at, v.kind AS kind, nullif(v.purpose, '') AS purpose,
       v.channel AS channel, v.definition AS definition
FROM message_template t
     JOIN message_template_version v ON v.template_id = t.id AND v.version = t.version;

CREATE VIEW v_message AS
SELECT o.id AS id, o.subject_id AS subject_id, o.kind AS kind, p.code AS purpose,
       o.channel AS channel, t.code AS template, nullif(o.template_version, 0) AS template_version,
       o.state AS state, o.reason AS reason, o.priority AS priority, o.attempts AS attempts,
       o.queued_at AS queued_at, o.not_before AS not_before,
       CASE o.state WHEN 'queued' THEN o.due_at END AS due_at,
       CASE o.state WHEN 'sent' THEN o.finished_at END AS sent_at, o.finished_at AS finished_at,
       o.gateway AS gateway, o.gateway_reference AS gateway_reference,
       o.subject_line AS subject_line
FROM outbox o LEFT JOIN purpose p ON p.id = o.purpose_id
     LEFT JOIN message_template t ON t.id = o.template_id;

CREATE VIEW v_message_day AS
SELECT d.day AS day, t.code AS template, p.code AS purpose, d.channel AS channel,
       d.state AS state, d.messages AS messages
FROM outbox_day d LEFT JOIN purpose p ON p.id = d.purpose_id
     LEFT JOIN message_template t ON t.id = d.template_id;

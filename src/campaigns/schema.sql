CREATE TABLE campaign(
    id           INTEGER PRIMARY KEY,
    code         TEXT NOT NULL UNIQUE,
    version      INTEGER NOT NULL,  -- the latest
    state        TEXT NOT NULL,     -- draft, published, paused, retired
    pause_reason TEXT NOT NULL,
    published_at INTEGER,
    failed       INTEGER NOT NULL   -- steps that failed for good since it was published
) STRICT;

-- Never changed: who is on the way goes on with the version of when they came in.
CREATE TABLE campaign_version(
    campaign_id INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    definition  TEXT NOT NULL,      -- canonical JSON
    PRIMARY KEY (campaign_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE campaign_member(
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign_id INTEGER NOT NULL,
    subject_id  INTEGER NOT NULL,
    rotation    INTEGER NOT NULL,   -- from 1; the next after a restart
    version     INTEGER NOT NULL,
    reference   INTEGER NOT NULL,   -- random: idempotency keys begin with it
    origin      TEXT NOT NULL,      -- segment, form, manual
    state       TEXT NOT NULL,      -- active, done, left, removed
    entered_at  INTEGER NOT NULL,
    left_at     INTEGER             -- since then it is in no source; removed: taken out by hand
) STRICT;
CREATE UNIQUE INDEX campaign_member_once ON campaign_member(campaign_id, subject_id, rotation);
CREATE INDEX campaign_member_subject ON campaign_member(subject_id);

-- One row for each event that somebody has reached, once and only once in a round.
CREATE TABLE campaign_step(
    member_id   INTEGER NOT NULL,
    event       TEXT NOT NULL,
    round       INTEGER NOT NULL,   -- from 1; a jump begins the next
    subject_id  INTEGER NOT NULL,
    campaign_id INTEGER NOT NULL,
    -- due: at due_at; waiting: for a signal, at the latest until due_at; calling: the host has been
    -- asked, again at due_at; done, skipped, failed, stopped: over
    state       TEXT NOT NULL,
    due_at      INTEGER,
    waits_for   TEXT NOT NULL,      -- opened, clicked, submitted, consented, request, or empty
    deadline    INTEGER,            -- of what waits, also while it is looked at
    reached_at  INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    outcome     TEXT NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (member_id, event, round)
) STRICT, WITHOUT ROWID;
CREATE INDEX campaign_step_due ON campaign_step(campaign_id, due_at)
    WHERE state IN ('due', 'waiting', 'calling') AND due_at IS NOT NULL;
CREATE INDEX campaign_step_subject ON campaign_step(subject_id);

CREATE TABLE campaign_signal(
    id         INTEGER PRIMARY KEY,
    subject_id INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    key        TEXT NOT NULL,
    at         INTEGER NOT NULL
) STRICT;
CREATE INDEX campaign_signal_subject ON campaign_signal(subject_id, kind, key);

-- Figures alone: they stay when people go.
CREATE TABLE campaign_count(
    campaign_id INTEGER NOT NULL,
    event       TEXT NOT NULL,      -- empty: of members
    outcome     TEXT NOT NULL,
    count       INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, event, outcome)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_campaign AS
SELECT c.code AS code, c.version AS version, c.state AS state, c.pause_reason AS pause_reason,
       c.published_at AS published_at,
       (SELECT count(*) FROM campaign_member m WHERE m.campaign_id = c.id AND m.state = 'active')
           AS members
FROM campaign c;

CREATE VIEW v_campaign_member AS
SELECT c.code AS campaign, m.subject_id AS subject_id, m.rotation AS rotation,
       m.version AS version, m.origin AS origin, m.state AS state, m.entered_at AS entered_at,
       m.left_at AS left_at
FROM campaign_member m JOIN campaign c ON c.id = m.campaign_id;

CREATE VIEW v_campaign_count AS
SELECT c.code AS campaign, n.event AS event, n.outcome AS outcome, n.count AS count
FROM campaign_count n JOIN campaign c ON c.id = n.campaign_id;

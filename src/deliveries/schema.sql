-- What gateways told of messages. No addresses, no IP, no program names.
CREATE TABLE delivery_event(
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    identity    BLOB NOT NULL UNIQUE,  -- hash: the same event again is known
    kind        TEXT NOT NULL,
    message_id  INTEGER,               -- NULL: none of ours
    subject_id  INTEGER,
    gateway     TEXT NOT NULL,
    at          INTEGER NOT NULL,      -- by the gateway
    recorded_at INTEGER NOT NULL,
    reason      TEXT NOT NULL
) STRICT;
CREATE INDEX delivery_event_subject ON delivery_event(subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX delivery_event_message ON delivery_event(message_id) WHERE message_id IS NOT NULL;
CREATE INDEX outbox_gateway ON outbox(gateway, gateway_reference) WHERE gateway_reference <> '';

-- Figures alone, by day (UTC) of the event: they stay when people go.
CREATE TABLE delivery_day(
    day     TEXT NOT NULL,
    gateway TEXT NOT NULL,
    kind    TEXT NOT NULL,
    reason  TEXT NOT NULL,
    events  INTEGER NOT NULL,
    PRIMARY KEY (day, gateway, kind, reason)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_delivery AS
SELECT id, kind, message_id, subject_id, gateway, at, recorded_at, reason FROM delivery_event;

CREATE VIEW v_delivery_day AS SELECT day, gateway, kind, reason, events FROM delivery_day;

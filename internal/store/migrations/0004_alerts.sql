-- What the rules remember of each customer, the incidents they found, and where
-- these were told.

-- +goose Up

-- The state of the rules, one row for each customer that was ever read.
CREATE TABLE judgements (
    customer  INTEGER  PRIMARY KEY,
    packed    SMALLINT NOT NULL, -- 1 deflated
    state     BYTEA    NOT NULL, -- JSON
    sum       BIGINT   NOT NULL, -- of state, unpacked
    next_at   BIGINT   NOT NULL, -- when the rules want the next reading; 0 as the sweep comes
    suspected BIGINT   NOT NULL, -- since when something is wrong; 0 nothing is
    noted     BIGINT   NOT NULL  -- how many modules digests have a note of
);
CREATE INDEX judgements_next ON judgements (next_at) WHERE next_at > 0;
CREATE INDEX judgements_noted ON judgements (noted) WHERE noted > 0;
CREATE INDEX judgements_suspected ON judgements (suspected) WHERE suspected > 0;

-- Runs of trouble of a customer and family. Customer 0 is the installation.
CREATE TABLE incidents (
    id            TEXT     PRIMARY KEY,
    customer      INTEGER  NOT NULL,
    family        SMALLINT NOT NULL,
    generation    BIGINT   NOT NULL,
    opened        BIGINT   NOT NULL,
    closed        BIGINT   NOT NULL, -- 0 it is open
    severity      SMALLINT NOT NULL,
    body          BYTEA    NOT NULL, -- JSON: how it stands
    step          BIGINT   NOT NULL, -- grows with each change
    flushed       BIGINT   NOT NULL, -- the step up to which channels were told
    look_at       BIGINT   NOT NULL, -- when to look again without a change; 0 never
    reminded      BIGINT   NOT NULL, -- the last reminder; 0 none
    acked_by      TEXT     NOT NULL,
    acked_at      BIGINT   NOT NULL,
    snoozed_by    TEXT     NOT NULL,
    snoozed_at    BIGINT   NOT NULL,
    snoozed_until BIGINT   NOT NULL,
    snooze_reason TEXT     NOT NULL,
    accepted_by   TEXT     NOT NULL,
    accepted_at   BIGINT   NOT NULL,
    undo          BYTEA    NOT NULL, -- JSON: how it and the rules stood before it was accepted
    UNIQUE (customer, family, generation)
);
CREATE INDEX incidents_open ON incidents (customer, family) WHERE closed = 0;
CREATE INDEX incidents_untold ON incidents (id) WHERE step > flushed;
CREATE INDEX incidents_look ON incidents (look_at) WHERE look_at > 0;
CREATE INDEX incidents_closed ON incidents (closed) WHERE closed > 0;

-- The steps of an incident that are told in its thread.
CREATE TABLE incident_lines (
    incident TEXT   NOT NULL,
    step     BIGINT NOT NULL,
    body     BYTEA  NOT NULL, -- JSON
    PRIMARY KEY (incident, step)
);

-- Which message of a channel tells of an incident.
CREATE TABLE tellings (
    incident TEXT   NOT NULL,
    channel  TEXT   NOT NULL,
    root     TEXT   NOT NULL, -- the delivery that posted the message
    told     BIGINT NOT NULL, -- the step of the incident that it says
    PRIMARY KEY (incident, channel)
);
CREATE INDEX tellings_root ON tellings (root);

-- The messages that tell of incidents.
CREATE TABLE alert_messages (
    root    TEXT     PRIMARY KEY, -- the delivery that posted it
    channel TEXT     NOT NULL,
    kind    SMALLINT NOT NULL, -- 0 one incident, 1 several, 2 what came too fast, 3 an event of the fleet
    made    BIGINT   NOT NULL,
    edited  BIGINT   NOT NULL
);
CREATE INDEX alert_messages_made ON alert_messages (made);

-- How channels want to be told.
CREATE TABLE channel_alerts (
    channel    TEXT   PRIMARY KEY,
    quiet_from TEXT   NOT NULL, -- local time; empty: never quiet
    quiet_to   TEXT   NOT NULL,
    zone       TEXT   NOT NULL,
    mention    TEXT   NOT NULL, -- id of a user group; empty: nobody
    set_by     TEXT   NOT NULL,
    set_at     BIGINT NOT NULL
);

-- What concerns all telling: one row.
CREATE TABLE alerting (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version BIGINT  NOT NULL, -- of what was told
    state   BYTEA   NOT NULL  -- JSON: the rules' state of the installation
);
INSERT INTO alerting (one, version, state) VALUES (1, 0, '{}');

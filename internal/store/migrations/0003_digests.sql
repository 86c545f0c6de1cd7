-- Digests, and what is on its way to Slack.

-- +goose Up

CREATE TABLE subscriptions (
    id           TEXT     PRIMARY KEY,
    channel      TEXT     NOT NULL,
    customer     TEXT     NOT NULL, -- empty: all that the channel may see
    customer_key TEXT     NOT NULL, -- as customers.id_key
    schedule     TEXT     NOT NULL,
    zone         TEXT     NOT NULL,
    only_changes SMALLINT NOT NULL,
    made_by      TEXT     NOT NULL, -- a user of Slack; empty: by configuration
    created      BIGINT   NOT NULL,
    paused       BIGINT   NOT NULL, -- since when; 0 it runs
    paused_by    TEXT     NOT NULL,
    cursor_at    BIGINT   NOT NULL, -- slots after this are still to be said
    next_at      BIGINT   NOT NULL,
    said_at      BIGINT   NOT NULL,
    packed       SMALLINT NOT NULL, -- 1 deflated
    said         BYTEA    NOT NULL,
    said_sum     BIGINT   NOT NULL, -- of said; 0 nothing was said
    lease_owner  TEXT     NOT NULL,
    lease_until  BIGINT   NOT NULL
);
CREATE INDEX subscriptions_due ON subscriptions (next_at) WHERE paused = 0;
CREATE INDEX subscriptions_channel ON subscriptions (channel);

-- The planned times that were decided: each once, whatever the clock does. They
-- outlive their subscription.
CREATE TABLE slots (
    subscription TEXT     NOT NULL,
    local_at     TEXT     NOT NULL, -- local date and time
    planned      BIGINT   NOT NULL,
    late         SMALLINT NOT NULL,
    skipped      BIGINT   NOT NULL,
    decided      BIGINT   NOT NULL,
    act          TEXT     NOT NULL, -- of the call that decided it
    PRIMARY KEY (subscription, local_at)
);
CREATE INDEX slots_decided ON slots (decided);

-- Channels as deliveries see them. Whoever takes deliveries of a channel locks
-- its row first.
CREATE TABLE lanes (
    channel  TEXT   PRIMARY KEY,
    numbered BIGINT NOT NULL, -- the highest deliveries.seq given out
    next_at  BIGINT NOT NULL, -- nothing goes before
    parked   BIGINT NOT NULL, -- since when nothing goes at all; 0 it does
    since    BIGINT NOT NULL, -- when it was parked first since something was sent; 0 it was not
    probe_at BIGINT NOT NULL,
    class    TEXT   NOT NULL, -- of the trouble
    told     TEXT   NOT NULL  -- the class that was told since something was sent
);

CREATE TABLE deliveries (
    id          TEXT     PRIMARY KEY,
    dedup_key   TEXT     NOT NULL UNIQUE,
    kind        SMALLINT NOT NULL, -- 0 new, 1 edit, 2 reply, 3 file
    channel     TEXT     NOT NULL,
    seq         BIGINT   NOT NULL, -- the order within the channel
    root        TEXT     NOT NULL, -- the delivery that posted the message this is about
    heir        TEXT     NOT NULL, -- the delivery that posts this message anew
    step        BIGINT   NOT NULL,
    topic       TEXT     NOT NULL,
    what        TEXT     NOT NULL,
    body        BYTEA    NOT NULL,
    created     BIGINT   NOT NULL,
    expires     BIGINT   NOT NULL,
    state       SMALLINT NOT NULL, -- 0 pending, 1 sending, 2 sent, 3 superseded, 4 dead
    replaced    SMALLINT NOT NULL, -- 1: a newer one came while it was being sent
    attempt_at  BIGINT   NOT NULL,
    next_at     BIGINT   NOT NULL,
    attempts    BIGINT   NOT NULL,
    class       TEXT     NOT NULL,
    ts          TEXT     NOT NULL,
    file        TEXT     NOT NULL,
    ended       BIGINT   NOT NULL, -- when it became sent, superseded or dead
    act         TEXT     NOT NULL, -- of the last call that changed it
    lease_owner TEXT     NOT NULL,
    lease_until BIGINT   NOT NULL,
    lease_ms    BIGINT   NOT NULL  -- how long the lease is
);
-- What is over is most, and in none of these but the last, which has nothing
-- else: whichever PostgreSQL takes, it reads few rows.
CREATE INDEX deliveries_pending ON deliveries (channel, seq) WHERE state = 0;
CREATE INDEX deliveries_sending ON deliveries (channel, seq) WHERE state = 1;
CREATE INDEX deliveries_leased ON deliveries (channel, lease_until) WHERE lease_until > 0;
CREATE INDEX deliveries_root ON deliveries (root, seq) WHERE state < 2 AND root <> '';
CREATE INDEX deliveries_topic ON deliveries (topic) WHERE state < 2 AND topic <> '';
CREATE INDEX deliveries_ended ON deliveries (state, ended) WHERE ended > 0;

-- What is counted for good.
CREATE TABLE totals (
    name TEXT   PRIMARY KEY,
    n    BIGINT NOT NULL
);

-- What Slack sent, stored before it is answered.
CREATE TABLE inbox (
    id       TEXT   PRIMARY KEY,
    at       BIGINT NOT NULL,
    payload  BYTEA  NOT NULL, -- empty once it is done
    finished BIGINT NOT NULL, -- when; 0 it is to be done
    act      TEXT   NOT NULL  -- of the call that stored it
);
CREATE INDEX inbox_at ON inbox (finished, at);

-- The first schema: customers, what was read of them, and who reads them.
-- One text for SQLite and PostgreSQL. Times are milliseconds since 1970 in UTC
-- and 0 where there is none; so nothing is NULL but the sweep that is not open.
-- sum is a sum of a row's values, by which damage is seen that the database does
-- not see.

-- +goose Up

-- The directory as a whole: one row.
CREATE TABLE directory (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    version     BIGINT  NOT NULL,
    read_at     BIGINT  NOT NULL,
    numbered    INTEGER NOT NULL, -- the highest customers.num given out
    reader      TEXT    NOT NULL,
    lease_until BIGINT  NOT NULL,
    reading     BIGINT  NOT NULL, -- the number of the last whole reading
    listed      BIGINT  NOT NULL, -- customers that are not gone
    daily_until BIGINT  NOT NULL, -- before this, history is the worst of each day
    roll_until  BIGINT  NOT NULL, -- what daily_until is to become, where a rolling was cut short
    rolled      BIGINT  NOT NULL  -- the last customer that was rolled up to roll_until
);
INSERT INTO directory (one, version, read_at, numbered, reader, lease_until, reading, listed, daily_until, roll_until, rolled)
VALUES (1, 0, 0, 0, '', 0, 0, 0, 0, 0, 0);

CREATE TABLE customers (
    num             INTEGER  PRIMARY KEY, -- short, for the tables below
    id              TEXT     NOT NULL, -- as AvePoint wrote it first
    id_key          TEXT     NOT NULL UNIQUE, -- the same in one spelling: AvePoint does not keep its case
    name            TEXT     NOT NULL,
    owner           TEXT     NOT NULL,
    job_status      BIGINT   NOT NULL,
    tenants         TEXT     NOT NULL, -- JSON
    sum             BIGINT   NOT NULL, -- of id, name, owner, job_status and tenants
    first_seen      BIGINT   NOT NULL,
    seen_at         BIGINT   NOT NULL, -- the last listing, of one that is missing now
    missing         INTEGER  NOT NULL, -- readings of the directory in a row without it
    missed_in       BIGINT   NOT NULL, -- the number of the last of these
    gone_at         BIGINT   NOT NULL,
    unwatched       SMALLINT NOT NULL,
    unwatched_until BIGINT   NOT NULL,
    unwatched_by    TEXT     NOT NULL
);
CREATE INDEX customers_paused ON customers (unwatched_until) WHERE unwatched_until > 0;

-- How each customer stands, and whose turn it is. One row for each customer.
CREATE TABLE standings (
    customer      INTEGER  PRIMARY KEY,
    state         SMALLINT NOT NULL, -- 0 watched, 1 unwatched, 2 gone
    answer        SMALLINT NOT NULL, -- the last whole answer: 0 none yet, 1 empty, 2 gaps, 3 complete
    tried         BIGINT   NOT NULL,
    answered      BIGINT   NOT NULL, -- the last whole answer
    read_at       BIGINT   NOT NULL, -- the last good reading
    scanned       BIGINT   NOT NULL,
    gap           BIGINT   NOT NULL,
    day_gap       BIGINT   NOT NULL, -- -1 unknown
    week_gap      BIGINT   NOT NULL, -- -1 unknown
    growth        BIGINT   NOT NULL, -- gap - day_gap; far below 0 where unknown
    since         BIGINT   NOT NULL, -- unchanged since
    span_first    BIGINT   NOT NULL, -- the span of readings that is not yet in spans
    failures      BIGINT   NOT NULL,
    class         TEXT     NOT NULL,
    failing_since BIGINT   NOT NULL,
    empty_since   BIGINT   NOT NULL,
    body_sum      BIGINT   NOT NULL, -- of the body in overviews; 0 none
    sum           BIGINT   NOT NULL, -- of what readings say
    swept         BIGINT   NOT NULL, -- the last sweep that tried it
    lease_owner   TEXT     NOT NULL,
    lease_until   BIGINT   NOT NULL,
    lease_sweep   BIGINT   NOT NULL
);
CREATE INDEX standings_due ON standings (state, swept, tried, customer);
CREATE INDEX standings_failing ON standings (class, state) WHERE failures > 0;
CREATE INDEX standings_leased ON standings (lease_until) WHERE lease_until > 0;
CREATE INDEX standings_gap ON standings (state, gap DESC, customer);
CREATE INDEX standings_growth ON standings (state, growth DESC, customer);
CREATE INDEX standings_age ON standings (state, read_at, customer);
CREATE INDEX standings_totals ON standings (state, answer, answered, scanned, gap);

-- The last good overview of each customer, whole.
CREATE TABLE overviews (
    customer INTEGER  PRIMARY KEY,
    packed   SMALLINT NOT NULL, -- 1 deflated
    body     BYTEA    NOT NULL
);

-- The modules of each customer's tenants, with what they said last. scanned is
-- -1 where the last good reading named the module no longer.
CREATE TABLE series (
    customer  INTEGER NOT NULL,
    no        INTEGER NOT NULL,
    tenant    TEXT    NOT NULL,
    module    TEXT    NOT NULL,
    scanned   BIGINT  NOT NULL,
    protected BIGINT  NOT NULL,
    sum       BIGINT  NOT NULL,
    PRIMARY KEY (customer, no)
);

-- What a module said from at until its next point.
CREATE TABLE points (
    customer  INTEGER NOT NULL,
    series    INTEGER NOT NULL,
    at        BIGINT  NOT NULL,
    scanned   BIGINT  NOT NULL, -- -1: named no longer
    protected BIGINT  NOT NULL,
    sum       BIGINT  NOT NULL,
    PRIMARY KEY (customer, series, at)
);

-- Readings of a customer that said the same, the last span excepted, which is
-- in standings. Spans of one customer do not overlap.
CREATE TABLE spans (
    customer INTEGER NOT NULL,
    first_at BIGINT  NOT NULL,
    last_at  BIGINT  NOT NULL,
    scanned  BIGINT  NOT NULL,
    gap      BIGINT  NOT NULL,
    sum      BIGINT  NOT NULL,
    PRIMARY KEY (customer, last_at)
);
CREATE INDEX spans_last ON spans (last_at);

CREATE TABLE sweeps (
    id        BIGINT   PRIMARY KEY,
    is_open   SMALLINT UNIQUE, -- 1 or NULL: never two open ones
    began     BIGINT   NOT NULL,
    ended     BIGINT   NOT NULL,
    every_ms  BIGINT   NOT NULL,
    customers BIGINT   NOT NULL,
    good      BIGINT   NOT NULL,
    empty     BIGINT   NOT NULL,
    failed    BIGINT   NOT NULL,
    skipped   BIGINT   NOT NULL
);

-- The processes that work on this database.
CREATE TABLE replicas (
    owner TEXT   PRIMARY KEY,
    beat  BIGINT NOT NULL
);

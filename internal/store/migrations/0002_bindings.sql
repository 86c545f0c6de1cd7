-- What channels may show, and who decided it.

-- +goose Up

-- What a channel is bound to: all customers, those whose names fit a pattern, or
-- those in binding_customers. A row that says none of these binds the channel to
-- nobody, never to all.
CREATE TABLE bindings (
    channel   TEXT     PRIMARY KEY,
    everyone  SMALLINT NOT NULL,
    pattern   TEXT     NOT NULL,
    bound_by  TEXT     NOT NULL,
    bound_at  BIGINT   NOT NULL,
    confirmed SMALLINT NOT NULL, -- bound while shared with another organisation
    suspended BIGINT   NOT NULL, -- since when; 0 it holds
    why       TEXT     NOT NULL  -- it is suspended
);

-- By id and not by number: a file may have named one that is not listed yet.
CREATE TABLE binding_customers (
    channel      TEXT NOT NULL,
    customer     TEXT NOT NULL,
    customer_key TEXT NOT NULL, -- as customers.id_key
    PRIMARY KEY (channel, customer_key)
);
CREATE INDEX binding_customers_customer ON binding_customers (customer_key);

-- Who did what, when. before and after are JSON. Nothing is ever changed here,
-- but a customer that is forgotten is taken out.
CREATE TABLE audit (
    id           TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    who          TEXT   NOT NULL, -- a user of Slack; empty: the bot itself
    action       TEXT   NOT NULL,
    channel      TEXT   NOT NULL,
    customer     TEXT   NOT NULL,
    customer_key TEXT   NOT NULL, -- as customers.id_key
    before       TEXT   NOT NULL,
    after        TEXT   NOT NULL,
    PRIMARY KEY (at, id)
);

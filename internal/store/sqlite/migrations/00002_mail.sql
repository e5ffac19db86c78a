-- +goose Up

-- mail has one row: the key of tokens and Message-IDs (drawn by the program when it
-- is first needed), the moment of the last restore, and the latest moment at which
-- something was planned or settled.
CREATE TABLE mail (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    secret     BLOB,
    not_before INTEGER,
    seen       INTEGER
) STRICT;

INSERT INTO mail VALUES (1, NULL, NULL, NULL);

CREATE TABLE subscribers (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    key         TEXT NOT NULL UNIQUE,
    address     TEXT NOT NULL,
    query       TEXT NOT NULL,
    zone        TEXT NOT NULL,
    minute      INTEGER NOT NULL,
    lang        TEXT NOT NULL,
    format      TEXT NOT NULL,
    state       TEXT NOT NULL,
    operator    INTEGER NOT NULL,
    generation  INTEGER NOT NULL,
    -- The hash of the token that ends this generation.
    leave       BLOB NOT NULL UNIQUE,
    cursor      INTEGER NOT NULL,
    since_day   INTEGER NOT NULL,
    planned_day INTEGER NOT NULL,
    refusals    INTEGER NOT NULL,
    refused_day INTEGER NOT NULL,
    created     INTEGER,
    ended       INTEGER
) STRICT;

CREATE INDEX subscribers_due ON subscribers (zone, minute, planned_day) WHERE state = 'active';

-- asks are wishes to subscribe; hash is NULL once it was confirmed.
CREATE TABLE asks (
    key     TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    query   TEXT NOT NULL,
    zone    TEXT NOT NULL,
    minute  INTEGER NOT NULL,
    lang    TEXT NOT NULL,
    format  TEXT NOT NULL,
    hash    BLOB UNIQUE,
    asked   INTEGER,
    expires INTEGER,
    asks    INTEGER NOT NULL
) STRICT;

CREATE TABLE suppressed (
    hash BLOB PRIMARY KEY,
    at   INTEGER
) STRICT;

CREATE TABLE bodies (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    body TEXT NOT NULL
) STRICT;

-- One letter a key, for ever: that of a digest is its subscriber and local date.
CREATE TABLE letters (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    key        TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL,
    subscriber INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    recipient  TEXT NOT NULL,
    format     TEXT NOT NULL,
    message_id TEXT NOT NULL,
    body       INTEGER NOT NULL,
    upto       INTEGER NOT NULL,
    state      TEXT NOT NULL,
    planned    INTEGER,
    next       INTEGER,
    expires    INTEGER,
    attempts   INTEGER NOT NULL DEFAULT 0,
    unanswered INTEGER NOT NULL DEFAULT 0,
    sender     TEXT NOT NULL DEFAULT '',
    lease      INTEGER,
    cause      TEXT NOT NULL DEFAULT '',
    done       INTEGER,
    bytes      BLOB
) STRICT;

CREATE UNIQUE INDEX letters_day ON letters (subscriber, day) WHERE kind = 'digest';
CREATE INDEX letters_open ON letters (next) WHERE done IS NULL;
CREATE INDEX letters_body ON letters (body) WHERE done IS NULL;
CREATE INDEX letters_done ON letters (done) WHERE done IS NOT NULL;

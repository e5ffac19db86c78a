-- +goose Up

-- hosts is what each host asked for, whichever process asked it last.
CREATE TABLE hosts (
    host    TEXT PRIMARY KEY,
    rest    INTEGER,
    limited INTEGER NOT NULL,
    asked   INTEGER,
    holder  TEXT NOT NULL,
    lease   INTEGER,
    -- nanoseconds
    delay   INTEGER NOT NULL
) STRICT;

CREATE TABLE robots (
    origin  TEXT PRIMARY KEY,
    text    TEXT NOT NULL,
    at      INTEGER,
    again   INTEGER,
    failure TEXT NOT NULL
) STRICT;

-- addresses are those that refused, were given up or moved.
CREATE TABLE addresses (
    url       TEXT PRIMARY KEY,
    source    TEXT NOT NULL,
    refused   INTEGER,
    refusals  INTEGER NOT NULL,
    cause     TEXT NOT NULL,
    message   TEXT NOT NULL,
    stopped   INTEGER,
    moved_to  TEXT NOT NULL,
    moved     INTEGER,
    move_seen INTEGER
) STRICT;

-- +goose Up

-- duties are work that recurs and that one process at a time does: when it is due next,
-- how often in a row it failed, what the next who does it is to know, and how often it
-- was begun.
CREATE TABLE duties (
    name     TEXT PRIMARY KEY,
    due      INTEGER,
    failures INTEGER NOT NULL,
    memory   TEXT NOT NULL,
    term     INTEGER NOT NULL
) STRICT;

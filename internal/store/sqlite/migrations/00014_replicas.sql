-- +goose Up

-- replicas are the processes at work on a database, and when each was last heard of.
CREATE TABLE replicas (
    id   TEXT PRIMARY KEY,
    seen INTEGER NOT NULL
) STRICT;

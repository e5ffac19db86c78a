-- +goose Up

-- replicas are the processes at work on a database, and when each was last heard of.
CREATE TABLE replicas (
    id   text COLLATE "C" PRIMARY KEY,
    seen bigint NOT NULL
);

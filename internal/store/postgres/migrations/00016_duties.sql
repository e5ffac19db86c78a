-- +goose Up

-- duties are work that recurs and that one process at a time does: when it is due next,
-- how often in a row it failed, what the next who does it is to know, and how often it
-- was begun.
CREATE TABLE duties (
    name     text COLLATE "C" PRIMARY KEY,
    due      bigint,
    failures bigint NOT NULL,
    memory   text COLLATE "C" NOT NULL,
    term     bigint NOT NULL
);

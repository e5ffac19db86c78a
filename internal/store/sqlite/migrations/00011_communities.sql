-- +goose Up

-- communities are those found in the data of platforms, and those that moved.
CREATE TABLE communities (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    grp      TEXT NOT NULL,
    name     TEXT NOT NULL,
    url      TEXT NOT NULL,
    moved_to TEXT NOT NULL
) STRICT;

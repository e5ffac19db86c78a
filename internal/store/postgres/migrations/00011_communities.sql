-- +goose Up

-- communities are those found in the data of platforms, and those that moved.
CREATE TABLE communities (
    id       text COLLATE "C" PRIMARY KEY,
    platform text NOT NULL,
    grp      text NOT NULL,
    name     text NOT NULL,
    url      text NOT NULL,
    moved_to text NOT NULL
);

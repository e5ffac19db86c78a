-- +goose Up

-- search says which events hold a token: what a token is, search.go says. It holds
-- nothing but the lists, and rowid is the id of the event.
CREATE VIRTUAL TABLE search USING fts5 (
    tokens, content = '', contentless_delete = 1, detail = none, prefix = '1', tokenize = 'ascii'
);

-- searched has one row: the version of the tokens that search holds, 0 where it is
-- still to be filled.
CREATE TABLE searched (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;

INSERT INTO searched VALUES (1, 0);

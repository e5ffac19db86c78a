-- +goose Up

-- seats is how many may come and how many signed up over time: a row where that
-- differs from the one before. NULL is what no source tells.
CREATE TABLE seats (
    uid      TEXT NOT NULL,
    at       INTEGER NOT NULL,
    most     INTEGER,
    accepted INTEGER,
    waiting  INTEGER,
    PRIMARY KEY (uid, at)
) STRICT, WITHOUT ROWID;

CREATE INDEX seats_at ON seats (at);

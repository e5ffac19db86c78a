-- +goose Up

-- Who still waits for a first digest is told what came since the subscription began.
UPDATE subscribers SET cursor = coalesce((SELECT max(id) FROM changes WHERE at <= subscribers.created), 0)
WHERE since_day = 0;

-- asks are wishes to subscribe, one of each network that asked (asker is its hash) for
-- an address: canonical is the address without what mailboxes do not tell apart, hash
-- is NULL once the wish was confirmed.
ALTER TABLE asks RENAME TO former_asks;

CREATE TABLE asks (
    canonical TEXT NOT NULL,
    asker     BLOB NOT NULL,
    key       TEXT NOT NULL,
    address   TEXT NOT NULL,
    query     TEXT NOT NULL,
    zone      TEXT NOT NULL,
    minute    INTEGER NOT NULL,
    lang      TEXT NOT NULL,
    format    TEXT NOT NULL,
    hash      BLOB UNIQUE,
    asked     INTEGER,
    expires   INTEGER,
    asks      INTEGER NOT NULL,
    PRIMARY KEY (canonical, asker)
) STRICT;

INSERT INTO asks (canonical, asker, key, address, query, zone, minute, lang, format, hash, asked, expires, asks)
SELECT key, x'', key, address, query, zone, minute, lang, format, hash, asked, expires, asks FROM former_asks;

DROP TABLE former_asks;

-- A message that may be with the server is settled before another is planned.
UPDATE letters SET unanswered = 1 WHERE done IS NULL AND state = 'unknown' AND unanswered = 0;

CREATE INDEX letters_given_up ON letters (done) WHERE state IN ('failed', 'unknown', 'expired');

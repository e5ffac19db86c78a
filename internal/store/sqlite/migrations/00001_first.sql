-- +goose Up

-- Instants are nanoseconds since 1970-01-01 UTC, NULL for none; those of
-- announcements (columns *_at of events) are seconds. Days are written 20090528,
-- 0 for none. Lists are JSON, NULL where empty.

-- counters has one row. revision grows with each change of an event, mark with each
-- change of an event, claim or correction, writes with each transaction.
CREATE TABLE counters (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL,
    mark     INTEGER NOT NULL,
    writes   INTEGER NOT NULL
) STRICT;

INSERT INTO counters VALUES (1, 0, 1, 0);

CREATE TABLE events (
    id           INTEGER PRIMARY KEY,
    uid          TEXT NOT NULL UNIQUE,
    community    TEXT NOT NULL,
    title        TEXT NOT NULL,
    start_day    INTEGER NOT NULL,
    start_at     INTEGER,
    end_day      INTEGER NOT NULL,
    end_at       INTEGER,
    zone         TEXT NOT NULL,
    status       TEXT NOT NULL,
    type         TEXT NOT NULL,
    mode         TEXT NOT NULL,
    url          TEXT NOT NULL,
    location     TEXT NOT NULL,
    area         TEXT NOT NULL,
    online_url   TEXT NOT NULL,
    number       TEXT NOT NULL,
    tags         TEXT,
    sources      TEXT,
    more         TEXT,
    sequence     INTEGER NOT NULL,
    created      INTEGER,
    updated      INTEGER,
    cancelled    INTEGER,
    withdrawn    INTEGER NOT NULL,
    merged_into  TEXT NOT NULL,
    -- Made from the columns above, to be found by: when it begins and is over
    -- (where no end is stated, when it begins, and open_end is 1), whether it is
    -- hidden (withdrawn or merged), and the ledger's block.
    begin_at     INTEGER NOT NULL,
    over_at      INTEGER NOT NULL,
    open_end     INTEGER NOT NULL,
    hidden       INTEGER NOT NULL,
    block        TEXT NOT NULL,
    -- The longest column is the last, so that the others are read without it.
    description  TEXT NOT NULL
) STRICT;

CREATE INDEX events_over ON events (over_at, begin_at) WHERE hidden = 0;
CREATE INDEX events_begin ON events (begin_at, over_at) WHERE hidden = 0;
CREATE INDEX events_long ON events (over_at, begin_at) WHERE hidden = 0 AND over_at - begin_at >= 691200;
CREATE INDEX events_community ON events (community, start_day);
CREATE INDEX events_block ON events (block) WHERE block <> '';
CREATE INDEX events_short ON events (replace(uid, '-', ''));
CREATE INDEX events_merged ON events (merged_into) WHERE merged_into <> '';

CREATE TABLE claims (
    id          INTEGER PRIMARY KEY,
    source      TEXT NOT NULL,
    key         TEXT NOT NULL,
    uid         TEXT NOT NULL,
    from_at     INTEGER,
    seen        INTEGER,
    until       INTEGER,
    absence     TEXT,
    -- The start_day of its event.
    event_day   INTEGER NOT NULL,
    listing     TEXT NOT NULL,
    description TEXT NOT NULL,
    UNIQUE (source, key)
) STRICT;

CREATE INDEX claims_uid ON claims (uid);
CREATE INDEX claims_day ON claims (source, event_day, uid);

CREATE TABLE changes (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    uid     TEXT NOT NULL,
    kind    TEXT NOT NULL,
    at      INTEGER,
    source  TEXT NOT NULL,
    poll    INTEGER NOT NULL,
    field   TEXT NOT NULL,
    old     TEXT NOT NULL,
    new     TEXT NOT NULL,
    reasons TEXT
) STRICT;

CREATE INDEX changes_uid ON changes (uid);
CREATE INDEX changes_added ON changes (source, at) WHERE kind = 'added';

CREATE TABLE corrections (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    kind   TEXT NOT NULL,
    at     INTEGER,
    event  TEXT NOT NULL,
    other  TEXT NOT NULL,
    source TEXT NOT NULL,
    key    TEXT NOT NULL,
    field  TEXT NOT NULL,
    value  TEXT NOT NULL,
    claims TEXT,
    undone INTEGER,
    note   TEXT NOT NULL
) STRICT;

CREATE INDEX corrections_event ON corrections (event);
CREATE INDEX corrections_other ON corrections (other) WHERE other <> '';

CREATE TABLE polls (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    source     TEXT NOT NULL,
    at         INTEGER,
    closed     INTEGER,
    state      TEXT NOT NULL,
    cause      TEXT NOT NULL,
    message    TEXT NOT NULL,
    read       INTEGER NOT NULL,
    rejected   INTEGER NOT NULL,
    excluded   INTEGER NOT NULL,
    dated      INTEGER NOT NULL,
    titled     INTEGER NOT NULL,
    placed     INTEGER NOT NULL,
    first_day  INTEGER NOT NULL,
    last_day   INTEGER NOT NULL,
    median_day INTEGER NOT NULL,
    over       INTEGER NOT NULL,
    outside    INTEGER NOT NULL,
    expected   INTEGER NOT NULL,
    found      INTEGER NOT NULL,
    changes    TEXT,
    rejections TEXT,
    notes      TEXT,
    pages      TEXT
) STRICT;

CREATE INDEX polls_source ON polls (source);
CREATE INDEX polls_good ON polls (source) WHERE state IN ('unchanged', 'applied');
CREATE INDEX polls_open ON polls (source) WHERE state = 'open';
CREATE INDEX polls_at ON polls (at);

CREATE TABLE sources (
    id          TEXT PRIMARY KEY,
    next_at     INTEGER,
    last_poll   INTEGER,
    last_good   INTEGER,
    first_good  INTEGER,
    recheck     INTEGER,
    failures    INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    validators  TEXT
) STRICT;

CREATE TABLE candidates (
    poll     INTEGER PRIMARY KEY,
    source   TEXT NOT NULL,
    at       INTEGER,
    since    INTEGER,
    polls    INTEGER NOT NULL,
    cause    TEXT NOT NULL,
    message  TEXT NOT NULL,
    digest   TEXT NOT NULL,
    told     INTEGER NOT NULL,
    partial  INTEGER NOT NULL,
    choice   TEXT NOT NULL,
    decided  INTEGER,
    listings TEXT,
    changes  TEXT
) STRICT;

CREATE UNIQUE INDEX candidates_open ON candidates (source) WHERE choice = '';
CREATE INDEX candidates_source ON candidates (source);

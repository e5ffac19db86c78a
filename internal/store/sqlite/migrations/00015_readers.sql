-- +goose Up

-- rhythm is on which days there is a digest ('' is daily), look the day of the week on
-- which it lists the week ahead (1 is Monday, 0 none), urgent asks to be told at once of
-- what is near. paused_day is the local day on which digests begin again. alerted is the
-- last change that was looked at for that; bounced counts bounces, in halves, bounced_day
-- is the last day with one and bounced_why what it said.
ALTER TABLE subscribers ADD COLUMN rhythm TEXT NOT NULL DEFAULT '';
ALTER TABLE subscribers ADD COLUMN look INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN paused_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN alerted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN bounced INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN bounced_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN bounced_why TEXT NOT NULL DEFAULT '';

-- network is the one that asked, moves the subscriber who asked for another address and
-- the generation of that subscription; 0 where somebody subscribes.
ALTER TABLE asks ADD COLUMN rhythm TEXT NOT NULL DEFAULT '';
ALTER TABLE asks ADD COLUMN look INTEGER NOT NULL DEFAULT 0;
ALTER TABLE asks ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE asks ADD COLUMN network TEXT NOT NULL DEFAULT '';
ALTER TABLE asks ADD COLUMN moves INTEGER NOT NULL DEFAULT 0;
ALTER TABLE asks ADD COLUMN moves_generation INTEGER NOT NULL DEFAULT 0;

-- consents say when each generation of a subscription was asked for and confirmed, from
-- which network (not which machine) and how.
CREATE TABLE consents (
    subscriber INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    asked      INTEGER,
    at         INTEGER,
    network    TEXT NOT NULL,
    way        TEXT NOT NULL,
    PRIMARY KEY (subscriber, generation)
) STRICT;

-- told_at_once are the events that a message of the kind 'alert' tells of.
CREATE TABLE told_at_once (
    letter INTEGER NOT NULL,
    uid    TEXT NOT NULL,
    PRIMARY KEY (letter, uid)
) STRICT;

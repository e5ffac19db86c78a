-- +goose Up

-- rhythm is on which days there is a digest ('' is daily), look the day of the week on
-- which it lists the week ahead (1 is Monday, 0 none), urgent asks to be told at once of
-- what is near. paused_day is the local day on which digests begin again. alerted is the
-- last change that was looked at for that; bounced counts bounces, in halves, bounced_day
-- is the last day with one and bounced_why what it said.
ALTER TABLE subscribers ADD COLUMN rhythm text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE subscribers ADD COLUMN look bigint NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN urgent bigint NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN paused_day bigint NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN alerted bigint NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN bounced bigint NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN bounced_day bigint NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN bounced_why text COLLATE "C" NOT NULL DEFAULT '';

-- network is the one that asked, moves the subscriber who asked for another address and
-- the generation of that subscription; 0 where somebody subscribes.
ALTER TABLE asks ADD COLUMN rhythm text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE asks ADD COLUMN look bigint NOT NULL DEFAULT 0;
ALTER TABLE asks ADD COLUMN urgent bigint NOT NULL DEFAULT 0;
ALTER TABLE asks ADD COLUMN network text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE asks ADD COLUMN moves bigint NOT NULL DEFAULT 0;
ALTER TABLE asks ADD COLUMN moves_generation bigint NOT NULL DEFAULT 0;

-- consents say when each generation of a subscription was asked for and confirmed, from
-- which network (not which machine) and how.
CREATE TABLE consents (
    subscriber bigint NOT NULL,
    generation bigint NOT NULL,
    asked      bigint,
    at         bigint,
    network    text COLLATE "C" NOT NULL,
    way        text COLLATE "C" NOT NULL,
    PRIMARY KEY (subscriber, generation)
);

-- told_at_once are the events that a message of the kind 'alert' tells of.
CREATE TABLE told_at_once (
    letter bigint NOT NULL,
    uid    text COLLATE "C" NOT NULL,
    PRIMARY KEY (letter, uid)
);

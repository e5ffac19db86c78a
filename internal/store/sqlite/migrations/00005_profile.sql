-- +goose Up

-- What is usual of a source, learnt from its good polls.
ALTER TABLE sources ADD COLUMN profile TEXT;

-- The figures of a poll that have no column of their own.
ALTER TABLE polls ADD COLUMN figures TEXT;

-- What letting a held poll through writes, and what was known when it was reckoned; ''
-- where that was not kept.
ALTER TABLE candidates ADD COLUMN figures TEXT;
ALTER TABLE candidates ADD COLUMN events TEXT;
ALTER TABLE candidates ADD COLUMN claims TEXT;
ALTER TABLE candidates ADD COLUMN doubts TEXT;
ALTER TABLE candidates ADD COLUMN until INTEGER;
ALTER TABLE candidates ADD COLUMN past TEXT NOT NULL DEFAULT '';

-- +goose Up

-- before and after of a change are values as JSON (event.EncodeValue), NULL for
-- nothing; the words for people of older versions are read by value_of_words, see
-- oldwords.go, and kept as words where they cannot be read exactly.
ALTER TABLE changes ADD COLUMN before TEXT;
ALTER TABLE changes ADD COLUMN after TEXT;

UPDATE changes SET
    before = value_of_words(field, old, z.zone, z.told),
    after = value_of_words(field, new, z.zone, z.told)
FROM (
    SELECT c.id, coalesce(e.zone, '') AS zone, coalesce(json_extract(e.more, '$.start_zone'), '') AS told
    FROM changes c LEFT JOIN events e ON e.uid = c.uid
) AS z WHERE z.id = changes.id;

ALTER TABLE changes DROP COLUMN old;
ALTER TABLE changes DROP COLUMN new;

-- The changes that a held poll would make are JSON; old and new stay for people.
UPDATE candidates SET changes = (
    SELECT json_group_array(json_patch(c.value, json_object(
        'before', json(value_of_words(coalesce(c.value ->> 'field', ''), coalesce(c.value ->> 'old', ''), coalesce(e.zone, ''), coalesce(json_extract(e.more, '$.start_zone'), ''))),
        'after', json(value_of_words(coalesce(c.value ->> 'field', ''), coalesce(c.value ->> 'new', ''), coalesce(e.zone, ''), coalesce(json_extract(e.more, '$.start_zone'), '')))
    )))
    FROM json_each(candidates.changes) c LEFT JOIN events e ON e.uid = c.value ->> 'uid'
) WHERE changes IS NOT NULL;

-- One row per record and key of which table attribute_value lacks the values since the record was edited
-- in SQL: a trigger puts the values in, but where it cannot tell what they are, it takes them out and this says so.
CREATE TABLE IF NOT EXISTS _outdated_value (
    record_id INTEGER NOT NULL,      -- gff.record_id
    key       TEXT NOT NULL          -- a key named with --values
);

-- One row per record whose number is among those that another dataset was loaded with: an edit put it there,
-- and export looks for it there.
CREATE TABLE IF NOT EXISTS _moved_record (
    record_id INTEGER PRIMARY KEY    -- gff.record_id
);

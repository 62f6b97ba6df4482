-- One row per record and key of which table attribute_value lacks the values since the record was edited
-- in SQL: a trigger puts the values in, but where it cannot tell what they are, it takes them out and this says so.
CREATE TABLE IF NOT EXISTS _outdated_value (
    record_id INTEGER NOT NULL,      -- gff.record_id
    key       TEXT NOT NULL          -- a key named with --values
);

-- What the values of an outdated key are made of, while a trigger makes them; empty at all other times.
CREATE TABLE IF NOT EXISTS _outdated_source (
    record_id    INTEGER,            -- gff.record_id
    key          TEXT,               -- a key named with --values
    rest         TEXT,               -- what is left of column 9
    column_value TEXT,               -- the key's column
    of_column    TEXT,               -- how many values that has: 'whole', 'listed', '' for none, NULL where SQL cannot tell
    of_rest      TEXT,               -- the syntax of the rest: 'gff3', 'gtf', '' where it has none, NULL where SQL cannot tell
    is_copy      INTEGER             -- 1: the column has no place of its own in column 9
);

-- One row per record whose number is among those that another dataset was loaded with: an edit put it there,
-- and export looks for it there.
CREATE TABLE IF NOT EXISTS _moved_record (
    record_id INTEGER PRIMARY KEY    -- gff.record_id
);

-- While a dataset gives way to a newer file, nothing of another one is deleted. A trigger takes no parameters: the
-- name is in a table.
CREATE TEMP TABLE IF NOT EXISTS replaced_dataset (
    dataset TEXT PRIMARY KEY        -- dataset.dataset
) WITHOUT ROWID;

CREATE TEMP TRIGGER IF NOT EXISTS guard_gff_delete AFTER DELETE ON main.gff
WHEN OLD.dataset NOT IN (SELECT dataset FROM replaced_dataset)
BEGIN SELECT RAISE(ABORT, 'a record of another dataset would be deleted'); END;

CREATE TEMP TRIGGER IF NOT EXISTS guard_verbatim_delete AFTER DELETE ON main._verbatim
WHEN (SELECT gff.dataset FROM gff WHERE gff.record_id = OLD.record_id)
    NOT IN (SELECT dataset FROM replaced_dataset)
BEGIN SELECT RAISE(ABORT, 'bytes of a record of another dataset would be deleted'); END;

CREATE TEMP TRIGGER IF NOT EXISTS guard_inferred_delete AFTER DELETE ON main._inferred
WHEN (SELECT gff.dataset FROM gff WHERE gff.record_id = OLD.record_id)
    NOT IN (SELECT dataset FROM replaced_dataset)
BEGIN SELECT RAISE(ABORT, 'an inferred record would be taken for one of another dataset'); END;

CREATE TEMP TRIGGER IF NOT EXISTS guard_other_line_delete AFTER DELETE ON main._other_line
WHEN OLD.dataset NOT IN (SELECT dataset FROM replaced_dataset)
BEGIN SELECT RAISE(ABORT, 'a line of another dataset would be deleted'); END;

CREATE TEMP TRIGGER IF NOT EXISTS guard_dataset_delete AFTER DELETE ON main.dataset
WHEN OLD.dataset NOT IN (SELECT dataset FROM replaced_dataset)
BEGIN SELECT RAISE(ABORT, 'another dataset would be deleted'); END;

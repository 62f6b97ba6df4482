-- While records are inferred, those of the files stay as they are: in the place of 9223372036854775807 stands the last
-- one of these. A record that is changed on purpose is noted first, with its line.
CREATE TEMP TABLE noted_line (
    record_id INTEGER PRIMARY KEY,  -- gff.record_id
    line      BLOB NOT NULL         -- as it was, without its line end
);

CREATE TEMP TRIGGER guard_gff_update AFTER UPDATE ON main.gff
WHEN min(OLD.record_id, NEW.record_id) <= 9223372036854775807
    AND (OLD.record_id <> NEW.record_id OR OLD.record_id NOT IN (SELECT record_id FROM noted_line))
BEGIN SELECT RAISE(ABORT, 'a record that was loaded would be changed'); END;

CREATE TEMP TRIGGER guard_gff_insert AFTER INSERT ON main.gff
WHEN NEW.record_id <= 9223372036854775807
BEGIN SELECT RAISE(ABORT, 'a record would be added to those that were loaded'); END;

CREATE TEMP TRIGGER guard_verbatim_insert AFTER INSERT ON main._verbatim
WHEN NEW.record_id <= 9223372036854775807 AND NEW.record_id NOT IN (SELECT record_id FROM noted_line)
BEGIN SELECT RAISE(ABORT, 'bytes of a record that was loaded would be added'); END;

CREATE TEMP TRIGGER guard_inferred_insert AFTER INSERT ON main._inferred
WHEN NEW.record_id <= 9223372036854775807
BEGIN SELECT RAISE(ABORT, 'a record that was loaded would be taken for an inferred one'); END;

CREATE TEMP TRIGGER guard_layout_insert BEFORE INSERT ON main._layout
WHEN NEW.layout_id IN (SELECT _layout.layout_id FROM _layout)
BEGIN SELECT RAISE(ABORT, 'a layout would be replaced'); END;

-- Edits of table gff: what other tables hold of a record follows it, so that export writes the record
-- as it is now, and writes all others as they were. Made after the rows; a load never fires them.
-- A comment with "key" in it stands for its text once for each promoted key beyond ID and Parent.

-- A field that was kept byte for byte is forgotten where its column changed.
CREATE TRIGGER gff_field_updated
AFTER UPDATE OF seqid, source, type, start, "end", score, strand, phase ON gff
BEGIN
    DELETE FROM verbatim
    WHERE record_id = NEW.record_id AND CASE field
        WHEN 'seqid' THEN OLD.seqid IS NOT NEW.seqid
        WHEN 'source' THEN OLD.source IS NOT NEW.source
        WHEN 'type' THEN OLD.type IS NOT NEW.type
        WHEN 'start' THEN OLD.start IS NOT NEW.start
        WHEN 'end' THEN OLD."end" IS NOT NEW."end"
        WHEN 'score' THEN OLD.score IS NOT NEW.score
        WHEN 'strand' THEN OLD.strand IS NOT NEW.strand
        WHEN 'phase' THEN OLD.phase IS NOT NEW.phase
    END;
END;

-- So is all of column 9. Without a layout, the record is then written in its dataset's syntax:
-- layout 0 is GTF's. Single values that are not in `attributes` any more are not listed any more.
CREATE TRIGGER gff_attributes_updated
AFTER UPDATE OF attributes, ID, Parent /* , "key" */ ON gff
WHEN OLD.attributes IS NOT NEW.attributes OR OLD.ID IS NOT NEW.ID OR OLD.Parent IS NOT NEW.Parent
    /* OR OLD."key" IS NOT NEW."key" */
BEGIN
    DELETE FROM verbatim WHERE record_id = NEW.record_id AND field = 'attributes';
    INSERT OR IGNORE INTO layout (layout_id, columns, attributes)
        SELECT 0, NULL, '{gtf}' FROM dataset
        WHERE dataset = NEW.dataset AND format = 'gtf' AND NEW.layout IS NULL;
    UPDATE gff SET layout = 0
        WHERE record_id = NEW.record_id AND layout IS NULL
            AND (SELECT format FROM dataset WHERE dataset = NEW.dataset) = 'gtf';
    DELETE FROM attribute_value
        WHERE record_id = NEW.record_id
            AND instr(OLD.attributes, value) > 0
            AND coalesce(instr(NEW.attributes, value), 0) = 0;
END;

-- Several parents are listed one by one.
CREATE TRIGGER gff_Parent_updated
AFTER UPDATE OF Parent ON gff
WHEN OLD.Parent IS NOT NEW.Parent
BEGIN
    DELETE FROM multi_parent WHERE record_id = NEW.record_id;
    INSERT OR IGNORE INTO multi_parent (record_id, Parent)
        SELECT NEW.record_id, value
        FROM json_each('[' || replace(json_quote(CAST(NEW.Parent AS TEXT)), ',', '","') || ']')
        WHERE instr(NEW.Parent, ',') > 0 AND value <> ''
            AND (SELECT format FROM dataset WHERE dataset = NEW.dataset) IS NOT 'gtf';
END;

-- What was known of a record goes with it to another number.
CREATE TRIGGER gff_record_id_updated
AFTER UPDATE OF record_id ON gff
WHEN OLD.record_id <> NEW.record_id
BEGIN
    UPDATE OR REPLACE verbatim SET record_id = NEW.record_id WHERE record_id = OLD.record_id;
    UPDATE OR REPLACE multi_parent SET record_id = NEW.record_id WHERE record_id = OLD.record_id;
    UPDATE OR REPLACE inferred SET record_id = NEW.record_id WHERE record_id = OLD.record_id;
    UPDATE attribute_value SET record_id = NEW.record_id WHERE record_id = OLD.record_id;
END;

-- A region is searched in the types and classes that are listed.
CREATE TRIGGER gff_extent_updated
AFTER UPDATE OF type, start, "end" ON gff
BEGIN
    INSERT INTO type_length (type, class, longest)
        SELECT type, class, longest
        FROM (
            SELECT type, (CASE
                    WHEN "end" < start THEN -1
                    WHEN "end" - start <= 1023 THEN 0
                    WHEN "end" - start <= 32767 THEN 1
                    WHEN "end" - start <= 1048575 THEN 2
                    WHEN "end" - start <= 33554431 THEN 3
                    ELSE 4
                END) AS class
            FROM gff WHERE record_id = NEW.record_id
        ) AS new_one JOIN length_class USING (class)
        WHERE NOT EXISTS (
            SELECT 1 FROM type_length AS known
            WHERE known.type IS new_one.type AND known.class = new_one.class
        );
END;

-- Nothing is left of a record that is deleted.
CREATE TRIGGER gff_deleted
AFTER DELETE ON gff
BEGIN
    DELETE FROM verbatim WHERE record_id = OLD.record_id;
    DELETE FROM multi_parent WHERE record_id = OLD.record_id;
    DELETE FROM inferred WHERE record_id = OLD.record_id;
    DELETE FROM attribute_value WHERE record_id = OLD.record_id;
END;

-- A new record may have the number of one that was replaced, of which nothing is true any more.
CREATE TRIGGER gff_inserted
AFTER INSERT ON gff
BEGIN
    DELETE FROM verbatim WHERE record_id = NEW.record_id;
    DELETE FROM multi_parent WHERE record_id = NEW.record_id;
    DELETE FROM inferred WHERE record_id = NEW.record_id;
    DELETE FROM attribute_value WHERE record_id = NEW.record_id;
    INSERT OR IGNORE INTO multi_parent (record_id, Parent)
        SELECT NEW.record_id, value
        FROM json_each('[' || replace(json_quote(CAST(NEW.Parent AS TEXT)), ',', '","') || ']')
        WHERE instr(NEW.Parent, ',') > 0 AND value <> ''
            AND (SELECT format FROM dataset WHERE dataset = NEW.dataset) IS NOT 'gtf';
    INSERT OR IGNORE INTO layout (layout_id, columns, attributes)
        SELECT 0, NULL, '{gtf}' FROM dataset
        WHERE dataset = NEW.dataset AND format = 'gtf' AND NEW.layout IS NULL;
    UPDATE gff SET layout = 0
        WHERE record_id = NEW.record_id AND layout IS NULL
            AND (SELECT format FROM dataset WHERE dataset = NEW.dataset) = 'gtf';
    INSERT INTO type_length (type, class, longest)
        SELECT type, class, longest
        FROM (
            SELECT type, (CASE
                    WHEN "end" < start THEN -1
                    WHEN "end" - start <= 1023 THEN 0
                    WHEN "end" - start <= 32767 THEN 1
                    WHEN "end" - start <= 1048575 THEN 2
                    WHEN "end" - start <= 33554431 THEN 3
                    ELSE 4
                END) AS class
            FROM gff WHERE record_id = NEW.record_id
        ) AS new_one JOIN length_class USING (class)
        WHERE NOT EXISTS (
            SELECT 1 FROM type_length AS known
            WHERE known.type IS new_one.type AND known.class = new_one.class
        );
END;

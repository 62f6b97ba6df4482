-- One view a class of type_class: SELECT COUNT(*) FROM gene.
CREATE VIEW gene AS
    SELECT * FROM gff WHERE type IN (SELECT type FROM type_class WHERE class = 'gene');
CREATE VIEW transcript AS
    SELECT * FROM gff WHERE type IN (SELECT type FROM type_class WHERE class = 'transcript');
CREATE VIEW exon AS
    SELECT * FROM gff WHERE type IN (SELECT type FROM type_class WHERE class = 'exon');
CREATE VIEW cds AS
    SELECT * FROM gff WHERE type IN (SELECT type FROM type_class WHERE class = 'cds');
CREATE VIEW utr AS
    SELECT * FROM gff WHERE type IN (SELECT type FROM type_class WHERE class = 'utr');
-- Whole sequences: a feature that starts at 1 and is as long as the sequence, where that is known.
CREATE VIEW chromosome AS
    SELECT gff.* FROM gff LEFT JOIN sequence USING (dataset, seqid)
    WHERE gff.type IN (SELECT type FROM type_class WHERE class = 'chromosome')
        AND gff.start = 1 AND gff."end" = coalesce(sequence.length, gff."end");

-- What stands after column 9 on lines that have more columns: as in the file, tabs between two columns.
-- Columns that are all empty are not listed.
CREATE VIEW rest_of_line (record_id, text) AS
    SELECT record_id, CAST(bytes AS TEXT) FROM _verbatim WHERE field = 'rest';

-- Who is whose child, several parents included: one row a pair. Join on dataset and Parent = ID.
CREATE VIEW child_of (record_id, dataset, Parent) AS
    SELECT record_id, dataset, Parent FROM gff
    WHERE Parent IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM _multi_parent WHERE _multi_parent.record_id = gff.record_id)
    UNION ALL
    SELECT record_id, gff.dataset, _multi_parent.Parent FROM _multi_parent JOIN gff USING (record_id);

-- Who is whose parent, record by record: one row a pair, whatever Parent names resolved. Search it by
-- child or by parent. Where records of several sequences share the parent's ID, it is the one on the child's
-- sequence; one on another only where that ID is on no further sequence. Where a gene and a
-- transcript share it, transcripts belong to the gene and all else to the transcript; lines that
-- share ID and level are one feature, and no feature is its own parent. `a IS b` is not said, which DuckDB's
-- reader of SQLite files does not take.
CREATE VIEW link (child, parent, dataset) AS
    SELECT c.record_id, p.record_id, c.dataset
    FROM gff AS c
    -- The same said twice: first to find the parents of a child, then the children of a parent.
    -- coalesce keeps SQLite from joining all records of a dataset with all.
    JOIN gff AS p ON coalesce(p.dataset, '') = coalesce(c.dataset, '') AND p.record_id <> c.record_id
        AND (p.ID = c.Parent
            OR p.ID IN (SELECT Parent FROM _multi_parent WHERE record_id = c.record_id))
        AND (c.Parent = p.ID
            OR c.record_id IN (SELECT record_id FROM _multi_parent WHERE Parent = p.ID))
    -- Where there are several parents, what gff.Parent has is none of them.
    WHERE (p.ID <> c.Parent OR NOT EXISTS (SELECT 1 FROM _multi_parent WHERE record_id = c.record_id)
            OR EXISTS (SELECT 1 FROM _multi_parent AS m WHERE m.record_id = c.record_id AND m.Parent = p.ID))
        AND (coalesce(p.seqid = c.seqid, p.seqid IS NULL AND c.seqid IS NULL) OR NOT EXISTS (
            SELECT 1 FROM gff AS o
            WHERE o.ID = p.ID AND o.dataset = p.dataset
                AND NOT coalesce(o.seqid = p.seqid, o.seqid IS NULL AND p.seqid IS NULL)
        ))
        -- The same name: gene above transcript above the rest.
        AND (coalesce(c.ID, '') <> p.ID OR CASE (SELECT class FROM type_class WHERE type = p.type)
            WHEN 'gene' THEN
                coalesce((SELECT class FROM type_class WHERE type = c.type), '') <> 'gene'
            WHEN 'transcript' THEN
                coalesce((SELECT class FROM type_class WHERE type = c.type), '')
                    NOT IN ('gene', 'transcript')
            ELSE 0 END)
        -- Of a gene and a transcript that share the parent's ID, the level above the child's.
        AND CASE (SELECT class FROM type_class WHERE type = p.type)
            WHEN 'gene' THEN
                coalesce((SELECT class FROM type_class WHERE type = c.type), '') = 'transcript' OR NOT EXISTS (
                    SELECT 1 FROM gff AS o JOIN type_class USING (type)
                    WHERE o.ID = p.ID AND o.dataset = p.dataset
                        AND coalesce(o.seqid = p.seqid, o.seqid IS NULL AND p.seqid IS NULL)
                        AND o.record_id <> c.record_id AND type_class.class = 'transcript'
                )
            WHEN 'transcript' THEN
                coalesce((SELECT class FROM type_class WHERE type = c.type), '') <> 'transcript' OR NOT EXISTS (
                    SELECT 1 FROM gff AS o JOIN type_class USING (type)
                    WHERE o.ID = p.ID AND o.dataset = p.dataset
                        AND coalesce(o.seqid = p.seqid, o.seqid IS NULL AND p.seqid IS NULL)
                        AND o.record_id <> c.record_id AND type_class.class = 'gene'
                )
            ELSE 1 END;

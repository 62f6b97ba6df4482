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
    WHERE type IN (SELECT type FROM type_class WHERE class = 'chromosome')
        AND start = 1 AND "end" = coalesce(length, "end");

-- Who is whose child, several parents included: one row a pair. Join on dataset and Parent = ID.
CREATE VIEW child_of (record_id, dataset, Parent) AS
    SELECT record_id, dataset, Parent FROM gff
    WHERE Parent IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM multi_parent WHERE multi_parent.record_id = gff.record_id)
    UNION ALL
    SELECT record_id, dataset, multi_parent.Parent FROM multi_parent JOIN gff USING (record_id);

-- Built after the rows: sorted once, written once.

-- WHERE type = 'gene', GROUP BY type
CREATE INDEX gff_type ON gff (type);

-- WHERE ID = 'x'; joins along Parent = ID
CREATE INDEX gff_ID ON gff (ID) WHERE ID IS NOT NULL;

-- WHERE Parent = 'x': the children
CREATE INDEX gff_Parent ON gff (Parent) WHERE Parent IS NOT NULL;

-- WHERE seqid = 's' AND start <= e AND "end" >= b: the features of a region, class by class of their
-- length. The planner skip-scans the class once the tables have been analyzed.
CREATE INDEX gff_region ON gff (
    (CASE
        WHEN "end" - start <= 127 THEN 0
        WHEN "end" - start <= 1023 THEN 1
        WHEN "end" - start <= 8191 THEN 2
        WHEN "end" - start <= 65535 THEN 3
        WHEN "end" - start <= 524287 THEN 4
        WHEN "end" - start <= 4194303 THEN 5
        WHEN "end" - start <= 33554431 THEN 6
        ELSE 7
    END),
    seqid, start, "end"
);

-- WHERE Parent = 'x' among records with several parents
CREATE INDEX multi_parent_Parent ON multi_parent (Parent);

-- WHERE circular: a few of the sequences, at most
CREATE INDEX sequence_circular ON sequence (seqid) WHERE circular;

-- WHERE key = 'tag' AND value = 'basic'
CREATE INDEX attribute_value_key ON attribute_value (key, value);

-- WHERE record_id = 7: the values of a record, and the record's deletion
CREATE INDEX attribute_value_record ON attribute_value (record_id);

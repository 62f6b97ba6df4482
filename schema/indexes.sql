-- Built after the rows: sorted once, written once.

-- One index for types and for places. WHERE type = 'gene', GROUP BY type, and what is asked of a type's
-- places and lengths; WHERE seqid = 's' AND start <= e AND "end" >= b, the features of a region, with a type or
-- without. Within a type, features come class by class of their length (table _type_length). The
-- planner skip-scans type and class once the tables have been analyzed.
CREATE INDEX gff_type_region ON gff (
    type,
    (CASE
        WHEN "end" < start THEN -1
        WHEN "end" - start <= 1023 THEN 0
        WHEN "end" - start <= 32767 THEN 1
        WHEN "end" - start <= 1048575 THEN 2
        WHEN "end" - start <= 33554431 THEN 3
        ELSE 4
    END),
    seqid, start, "end"
);

-- WHERE ID = 'x'; joins along Parent = ID
CREATE INDEX gff_ID ON gff (ID) WHERE ID IS NOT NULL;

-- WHERE Parent = 'x': the children
CREATE INDEX gff_Parent ON gff (Parent) WHERE Parent IS NOT NULL;

-- WHERE Parent = 'x' among records with several parents
CREATE INDEX _multi_parent_Parent ON _multi_parent (Parent);

-- WHERE circular: a few of the sequences, at most
CREATE INDEX sequence_circular ON sequence (seqid) WHERE circular;

-- WHERE key = 'tag' AND value = 'basic'
CREATE INDEX attribute_value_key ON attribute_value (key, value);

-- WHERE record_id = 7: the values of a record, and the record's deletion
CREATE INDEX attribute_value_record ON attribute_value (record_id);

-- WHERE record_id = 7: what is outdated of a record
CREATE INDEX _outdated_value_record ON _outdated_value (record_id);

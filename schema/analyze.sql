-- What the planner knows of the indexes: 400 rows of each are enough to tell how common its keys are.
PRAGMA analysis_limit = 400;
ANALYZE;
-- But 400 rows of gff_type_region are all of one type, and say that a type has 401 records. How many types
-- there are, and classes of them, is known, and how many sequences; two records begin at the same place,
-- more or less. So WHERE type = 'gene' AND a region takes the region.
WITH counts (records, types, classes, sequences) AS (
    SELECT
        CAST(stat AS INTEGER),
        (SELECT max(count(DISTINCT type), 1) FROM _type_length),
        (SELECT max(count(*), 1) FROM _type_length),
        (SELECT max(count(DISTINCT seqid), 1) FROM sequence)
    FROM sqlite_stat1
    WHERE idx = 'gff_type_region'
)
UPDATE sqlite_stat1
SET stat = (
    SELECT records
        || ' ' || max(records / types, 1)
        || ' ' || max(records / classes, 1)
        || ' ' || max(records / classes / sequences, 1)
        || ' ' || min(max(records / classes / sequences, 1), 2)
        || ' ' || min(max(records / classes / sequences, 1), 2)
    FROM counts
)
WHERE idx = 'gff_type_region';

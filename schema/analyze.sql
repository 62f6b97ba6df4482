-- What the planner knows of the indexes: 400 rows of each are enough to tell how common its keys are.
PRAGMA analysis_limit = 400;
ANALYZE;
-- But 400 rows of a few types are all of one type, and say that a type has 401 records. The types are
-- counted by stepping from one to the next, so that WHERE type = 'gene' AND a region takes the region.
WITH RECURSIVE types (type) AS (
    SELECT min(type) FROM gff
    UNION ALL
    SELECT (SELECT min(type) FROM gff WHERE type > types.type) FROM types WHERE types.type IS NOT NULL
)
UPDATE sqlite_stat1
SET stat = CAST(stat AS INTEGER) || ' ' || max(CAST(stat AS INTEGER) / max((SELECT count(type) FROM types), 1), 1)
WHERE idx = 'gff_type';

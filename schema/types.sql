-- The distinct types: one step of index gff_type_region each.
WITH RECURSIVE step(type) AS (
    SELECT min(type) FROM gff
    UNION ALL
    SELECT (SELECT min(type) FROM gff WHERE type > step.type) FROM step WHERE step.type IS NOT NULL
)
SELECT type FROM step WHERE typeof(type) = 'text';

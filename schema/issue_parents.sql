-- ?1 the most rows of one kind and dataset.
-- GFF3 records whose Parent is not in the file: a row a parent, and one for those beyond ?1.
INSERT INTO issue
WITH missing AS (
    SELECT *, row_number() OVER (PARTITION BY dataset ORDER BY line, Parent) AS place
    FROM wanted_parent WHERE sequences = 0
)
SELECT dataset, line, 'parent-missing', 'warning', printf('no record has ID "%s", which is Parent of %s', Parent, (
    SELECT printf(iif(count(*) = 1, '%d record', '%d records'), count(*))
    FROM gff WHERE +gff.dataset = missing.dataset AND (gff.Parent = missing.Parent
        OR record_id IN (SELECT record_id FROM _multi_parent AS m WHERE m.Parent = missing.Parent))
))
FROM missing WHERE place <= ?1
UNION ALL
SELECT dataset, NULL, 'parent-missing', 'warning', printf('%d further IDs are Parent of records, and no record has them', count(*))
FROM missing WHERE place > ?1 GROUP BY dataset;

-- Records whose Parent is on several sequences, and not on theirs.
INSERT INTO issue
WITH ambiguous AS (
    SELECT *, row_number() OVER (PARTITION BY dataset ORDER BY line, Parent) AS place
    FROM wanted_parent AS w
    WHERE sequences > 1 AND EXISTS (
        SELECT coalesce(c.seqid, '') FROM gff AS c
        WHERE +c.dataset = w.dataset AND (c.Parent = w.Parent
            OR c.record_id IN (SELECT record_id FROM _multi_parent AS m WHERE m.Parent = w.Parent))
        EXCEPT
        SELECT coalesce(p.seqid, '') FROM gff AS p
        WHERE p.ID = w.Parent AND p.dataset = w.dataset
    )
)
SELECT dataset, NULL, 'parent-ambiguous', 'info', printf('ID "%s" is on %d sequences, but is Parent of records on another: these are not linked', Parent, sequences)
FROM ambiguous WHERE place <= ?1
UNION ALL
SELECT dataset, NULL, 'parent-ambiguous', 'info', printf('%d further IDs are on several sequences, but Parent of records on another', count(*))
FROM ambiguous WHERE place > ?1 GROUP BY dataset;

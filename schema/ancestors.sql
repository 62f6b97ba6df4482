-- A feature and all that it is part of, at any depth, each record once, in file order; :id is its ID.
--
--     .parameter set :id 'exon1'
--     .read schema/ancestors.sql
--
-- As descendants.sql, the other way.
WITH RECURSIVE
chosen(record_id) AS (
    SELECT record_id FROM gff WHERE ID = :id
),
above(record_id) AS (
    SELECT record_id FROM chosen
    UNION
    -- the other lines of the same feature
    SELECT line.record_id
    FROM chosen
    CROSS JOIN gff AS down ON down.record_id = chosen.record_id
    CROSS JOIN gff AS line
        ON line.ID = down.ID AND line.dataset = down.dataset AND line.seqid IS down.seqid
    UNION
    -- the one parent
    SELECT parent.record_id
    FROM above
    CROSS JOIN gff AS down ON down.record_id = above.record_id
    CROSS JOIN gff AS parent ON parent.ID = down.Parent AND parent.dataset = down.dataset
    WHERE NOT EXISTS (SELECT 1 FROM multi_parent WHERE multi_parent.record_id = down.record_id)
        AND (parent.seqid IS down.seqid OR NOT EXISTS (
            SELECT 1 FROM gff AS near
            WHERE near.ID = parent.ID AND near.dataset = down.dataset AND near.seqid IS down.seqid
        ))
    UNION
    -- each of several
    SELECT parent.record_id
    FROM above
    CROSS JOIN gff AS down ON down.record_id = above.record_id
    CROSS JOIN multi_parent ON multi_parent.record_id = down.record_id
    CROSS JOIN gff AS parent ON parent.ID = multi_parent.Parent AND parent.dataset = down.dataset
    WHERE parent.seqid IS down.seqid OR NOT EXISTS (
            SELECT 1 FROM gff AS near
            WHERE near.ID = parent.ID AND near.dataset = down.dataset AND near.seqid IS down.seqid
        )
)
SELECT * FROM gff WHERE record_id IN above ORDER BY record_id;

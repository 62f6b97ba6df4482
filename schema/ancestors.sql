-- A feature and all that it is part of, at any depth, each record once, in file order; :id is its ID.
--
--     .parameter set :id 'exon1'
--     .read schema/ancestors.sql
--
-- UNION keeps no row twice, so a cycle ends. View link has the rules: which of several records with the
-- parent's ID is meant, and that no dataset has a child in another.
WITH RECURSIVE
chosen(record_id) AS (
    SELECT record_id FROM gff WHERE ID = :id
),
above(record_id) AS (
    SELECT record_id FROM chosen
    UNION
    -- the other lines of the same feature, of which several may be chosen
    SELECT line.record_id
    FROM (
        SELECT DISTINCT ID, dataset, seqid, type
        FROM chosen CROSS JOIN gff USING (record_id)
    ) AS one
    CROSS JOIN gff AS line
        ON line.ID = one.ID AND line.dataset = one.dataset AND line.seqid IS one.seqid
            AND line.type IS one.type
    UNION
    SELECT link.parent
    FROM above
    CROSS JOIN link ON link.child = above.record_id
)
SELECT * FROM gff WHERE record_id IN above ORDER BY record_id;

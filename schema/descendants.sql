-- A feature and all that is below it, at any depth, each record once, in file order; :id is its ID.
--
--     .parameter set :id 'gene1'
--     .read schema/descendants.sql
--
-- UNION keeps no row twice, so a cycle ends. A record's parent is on the record's own sequence where
-- one of that ID is (a gene that is on chrX and on chrY), and anywhere in its dataset otherwise.
WITH RECURSIVE
chosen(record_id) AS (
    SELECT record_id FROM gff WHERE ID = :id
),
below(record_id) AS (
    SELECT record_id FROM chosen
    UNION
    -- the other lines of the same feature
    SELECT line.record_id
    FROM chosen
    CROSS JOIN gff AS up ON up.record_id = chosen.record_id
    CROSS JOIN gff AS line ON line.ID = up.ID AND line.dataset = up.dataset AND line.seqid IS up.seqid
    UNION
    -- children of one parent
    SELECT child.record_id
    FROM below
    CROSS JOIN gff AS up ON up.record_id = below.record_id
    CROSS JOIN gff AS child ON child.Parent = up.ID AND child.dataset = up.dataset
    WHERE NOT EXISTS (SELECT 1 FROM multi_parent WHERE multi_parent.record_id = child.record_id)
        AND (child.seqid IS up.seqid OR NOT EXISTS (
            SELECT 1 FROM gff AS near
            WHERE near.ID = up.ID AND near.dataset = up.dataset AND near.seqid IS child.seqid
        ))
    UNION
    -- children of several
    SELECT child.record_id
    FROM below
    CROSS JOIN gff AS up ON up.record_id = below.record_id
    CROSS JOIN multi_parent ON multi_parent.Parent = up.ID
    CROSS JOIN gff AS child
        ON child.record_id = multi_parent.record_id AND child.dataset = up.dataset
    WHERE child.seqid IS up.seqid OR NOT EXISTS (
            SELECT 1 FROM gff AS near
            WHERE near.ID = up.ID AND near.dataset = up.dataset AND near.seqid IS child.seqid
        )
)
SELECT * FROM gff WHERE record_id IN below ORDER BY record_id;

-- Genes that GTF records name and that have no row: the extent of what belongs to them, a row a
-- sequence and strand. ?1 the layout, ?2 the first record that was inferred.
INSERT INTO gff (dataset, seqid, source, type, start, "end", strand, layout, ID)
SELECT dataset, seqid, source, 'gene', least, most, strand, ?1, Parent
FROM (
    SELECT first.*, least, most
    FROM (
        SELECT min(c.record_id) AS record_id, min(c.start) AS least, max(c."end") AS most
        FROM (
            SELECT dataset, Parent FROM wanted_parent WHERE namespace = 'gene'
            UNION
            SELECT dataset, Parent FROM gff WHERE record_id >= ?2 AND Parent IS NOT NULL
            UNION
            SELECT dataset, gene FROM named WHERE gene IS NOT NULL
        ) AS w
        CROSS JOIN gff AS c ON c.Parent = w.Parent AND +c.dataset = w.dataset
        GROUP BY c.Parent, c.dataset, c.seqid, c.strand
    )
    JOIN gff AS first USING (record_id)
) AS part
WHERE NOT EXISTS (
    SELECT 1 FROM gff AS g
    WHERE g.ID = part.Parent AND g.dataset = part.dataset AND g.seqid IS part.seqid
        AND g.Parent IS NULL AND gtf_level(g.type) <> 'transcript'
)
ORDER BY record_id;

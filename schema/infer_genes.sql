-- Genes that GTF records name and that have no row: the extent of what belongs to them, a row a
-- sequence and strand. ?1 the layout, ?2 the first record that was inferred.
INSERT INTO gff (dataset, seqid, source, type, start, "end", strand, layout, ID)
SELECT
    first.dataset, first.seqid, first.source, 'gene', extent.least, extent.most, first.strand, ?1, first.Parent
FROM (
    SELECT min(c.record_id) AS record_id, min(c.first) AS least, max(c.last) AS most
    FROM (
        SELECT dataset, Parent FROM wanted_parent WHERE namespace = 'gene'
        UNION
        SELECT dataset, Parent FROM gff WHERE record_id >= ?2 AND Parent IS NOT NULL
        UNION
        SELECT dataset, gene FROM named WHERE gene IS NOT NULL
    ) AS w
    CROSS JOIN placed AS c ON c.Parent = w.Parent AND +c.dataset = w.dataset
    GROUP BY c.Parent, c.dataset, c.seqid, c.strand
) AS extent
JOIN gff AS first ON first.record_id = extent.record_id
WHERE NOT EXISTS (
    SELECT 1 FROM gff AS g
    WHERE g.ID = first.Parent AND g.dataset = first.dataset AND g.seqid IS first.seqid
        AND g.Parent IS NULL AND gtf_level(g.type) <> 'transcript'
)
ORDER BY extent.record_id;

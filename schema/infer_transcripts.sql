-- Transcripts that GTF parts name and that have no row: the extent of their parts, a row a sequence
-- and strand. ?1 the layout of one with a gene, ?2 of one without.
INSERT INTO gff (dataset, seqid, source, type, start, "end", strand, layout, ID, Parent)
SELECT dataset, seqid, source, 'transcript', least, most, strand, iif(gene IS NULL, ?2, ?1), Parent, gene
FROM (
    SELECT first.*, least, most,
        attr(first.attributes, 'gene_id') AS gene  -- or the column, where the key is promoted
    FROM (
        SELECT min(c.record_id) AS record_id, min(c.start) AS least, max(c."end") AS most
        FROM wanted_parent AS w
        CROSS JOIN gff AS c ON c.Parent = w.Parent AND +c.dataset = w.dataset
        WHERE w.namespace = 'transcript' AND gtf_level(c.type) = 'part'
        GROUP BY w.rowid, c.seqid, c.strand
    )
    JOIN gff AS first USING (record_id)
) AS part
WHERE NOT EXISTS (
    SELECT 1 FROM gff AS t
    WHERE t.ID = part.Parent AND t.dataset = part.dataset AND t.seqid IS part.seqid
        AND (t.Parent IS NOT NULL OR gtf_level(t.type) = 'transcript')
)
ORDER BY record_id;

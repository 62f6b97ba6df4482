-- Transcripts that GTF parts name and that have no row: the extent of their parts, a row a sequence
-- and strand. ?1 the layout of one with a gene, ?2 of one without.
INSERT INTO gff (dataset, seqid, source, type, start, "end", strand, layout, ID, Parent)
SELECT
    first.dataset, first.seqid, first.source, 'transcript', extent.least, extent.most, first.strand,
    iif(nullif(attr(first.attributes, 'gene_id'), '') IS NULL, ?2, ?1),  -- or the column, where the key is promoted
    first.Parent, nullif(attr(first.attributes, 'gene_id'), '')
FROM (
    SELECT min(c.record_id) AS record_id, min(c.first) AS least, max(c.last) AS most
    FROM wanted_parent AS w
    CROSS JOIN placed AS c ON c.Parent = w.Parent AND +c.dataset = w.dataset
    WHERE w.namespace = 'transcript' AND gtf_level(c.type) = 'part'
    GROUP BY w.rowid, c.seqid, c.strand
) AS extent
JOIN gff AS first ON first.record_id = extent.record_id
WHERE NOT EXISTS (
    SELECT 1 FROM gff AS t
    WHERE t.ID = first.Parent AND t.dataset = first.dataset AND t.seqid IS first.seqid
        AND (t.Parent IS NOT NULL OR gtf_level(t.type) = 'transcript')
)
ORDER BY extent.record_id;

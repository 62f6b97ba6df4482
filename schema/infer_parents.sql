-- Parents that GFF3 records name and that have no row, where the children tell the type: the extent
-- of the children, a row a sequence and strand.
INSERT INTO gff (dataset, seqid, source, type, start, "end", strand, ID)
SELECT gff.dataset, gff.seqid, gff.source, extent.kind, extent.least, extent.most, gff.strand, extent.wanted
FROM (
    SELECT min(c.record_id) AS record_id, min(c.first) AS least, max(c.last) AS most,
        w.Parent AS wanted,
        CASE
            WHEN max(type_class.class = 'transcript') THEN 'gene'
            WHEN max(type_class.class IN ('cds', 'codon')) THEN 'mRNA'
            WHEN max(type_class.class IN ('exon', 'utr', 'intron')) THEN 'transcript'
        END AS kind
    FROM wanted_parent AS w
    CROSS JOIN placed AS c ON +c.dataset = w.dataset AND (c.Parent = w.Parent
        OR c.record_id IN (SELECT record_id FROM _multi_parent AS m WHERE m.Parent = w.Parent))
    LEFT JOIN type_class ON type_class.type = c.type
    WHERE w.sequences = 0
        -- Nor was it added with what GTF implies.
        AND NOT EXISTS (SELECT 1 FROM gff AS p WHERE p.ID = w.Parent AND p.dataset = w.dataset)
    GROUP BY w.rowid, c.seqid, c.strand
) AS extent
JOIN gff ON gff.record_id = extent.record_id
WHERE extent.kind IS NOT NULL
ORDER BY extent.record_id;

-- Genes and transcripts whose ninth column is nothing but their name, as AUGUSTUS writes them between
-- lines of GTF: they are what the parts of that name name. A transcript's gene is that of its parts.

CREATE TEMP TABLE named AS
SELECT bare.line AS record_id, bare.dataset, bare.Parent AS name, (
    SELECT nullif(attr(c.attributes, 'gene_id'), '')  -- or the column, where the key is promoted
    FROM gff AS c
    WHERE c.Parent = bare.Parent AND +c.dataset = bare.dataset AND c.seqid IS t.seqid
    ORDER BY c.record_id LIMIT 1
) AS gene
FROM wanted_parent AS bare
JOIN wanted_parent AS w ON w.namespace = 'transcript' AND w.Parent = bare.Parent AND w.dataset = bare.dataset
JOIN gff AS t ON t.record_id = bare.line
WHERE bare.namespace = 'bare' AND gtf_level(t.type) = 'transcript';

INSERT INTO named
SELECT bare.line, bare.dataset, bare.Parent, NULL
FROM wanted_parent AS bare
JOIN gff AS g ON g.record_id = bare.line
WHERE bare.namespace = 'bare' AND gtf_level(g.type) = 'gene' AND (bare.dataset, bare.Parent) IN (
    SELECT dataset, gene FROM named
    UNION ALL
    SELECT dataset, Parent FROM wanted_parent WHERE namespace = 'gene'
);

-- Changes follow.
INSERT INTO _verbatim
SELECT gff.record_id, 'attributes', CAST(gff.attributes AS BLOB)
FROM named JOIN gff ON gff.record_id = named.record_id
WHERE 1  -- or ON CONFLICT would be taken for the join's ON
ON CONFLICT DO NOTHING;

-- Keys that are promoted are columns of gff, and may be called anything.
UPDATE gff SET ID = named.name, Parent = named.gene, attributes = NULL
FROM named WHERE gff.record_id = named.record_id;

-- Ensembl VEP. Types are those of GFF.pm, %INCLUDE_FEATURE_TYPES.

-- make: the types that VEP reads
CREATE TABLE vep_type (type TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO vep_type VALUES
    ('aberrant_processed_transcript'), ('CDS'), ('C_gene_segment'), ('D_gene_segment'), ('exon'), ('gene'),
    ('J_gene_segment'), ('lnc_RNA'), ('lincRNA'), ('lincRNA_gene'), ('miRNA'), ('miRNA_gene'), ('mRNA'), ('mt_gene'),
    ('nc_primary_transcript'), ('ncRNA'), ('NMD_transcript_variant'), ('primary_transcript'),
    ('processed_pseudogene'), ('processed_transcript'), ('pseudogene'), ('pseudogenic_transcript'), ('RNA'),
    ('rRNA'), ('rRNA_gene'), ('snoRNA'), ('snoRNA_gene'), ('snRNA'), ('snRNA_gene'), ('supercontig'),
    ('transcript'), ('tRNA'), ('VD_gene_segment'), ('V_gene_segment'), ('stop_codon');

-- check: vep-not-sorted
SELECT line, text FROM (
    SELECT line, printf('start %d comes after start %d; sort by sequence and start', start, LAG(start) OVER w) AS text,
           seqid = LAG(seqid) OVER w AND start < LAG(start) OVER w AS wrong
    FROM record WINDOW w AS (ORDER BY line)
) WHERE wrong
UNION ALL
SELECT line, printf('%s comes again after other sequences; sort by sequence and start', json_quote(seqid)) FROM (
    SELECT line, seqid, ROW_NUMBER() OVER (PARTITION BY seqid ORDER BY line) AS nth
    FROM (SELECT line, seqid, seqid IS NOT LAG(seqid) OVER (ORDER BY line) AS turns FROM record) WHERE turns
) WHERE nth > 1
ORDER BY line;

-- A transcript is a child of a gene, or has children and no Parent.
-- make: transcripts, of GFF3
CREATE TABLE vep_transcript AS
SELECT DISTINCT r.line, r.id, r.type, IFNULL(x.biotype_key, '') AS biotype_key, x.biotype, x.gbkey, g.line AS gene
FROM record AS r
JOIN extra AS x ON x.line = r.line AND x.syntax = 'gff3'
LEFT JOIN link AS l ON l.line = r.line
LEFT JOIN record AS g ON g.space = 'ID' AND g.id = l.parent
WHERE r.id IS NOT NULL AND r.type IN (SELECT type FROM vep_type) AND r.type NOT LIKE '%gene' AND r.type <> 'supercontig'
  AND EXISTS (SELECT 1 FROM link AS c WHERE c.space = 'ID' AND c.parent = r.id)
  AND (g.line IS NULL OR g.type LIKE '%gene');
CREATE INDEX vep_transcript_id ON vep_transcript (id);

-- check: vep-child-type
SELECT r.line, printf('%s is a child of transcript %s (line %d); VEP stops there', r.type, json_quote(t.id), MIN(t.line)) AS text
FROM vep_transcript AS t
JOIN link AS l ON l.space = 'ID' AND l.parent = t.id
JOIN record AS r ON r.line = l.line
WHERE r.type IN (SELECT type FROM vep_type) AND LOWER(r.type) NOT IN ('exon', 'cds', 'stop_codon', 'mirna')
GROUP BY r.line ORDER BY r.line;

-- check: vep-type
SELECT p.line, printf('type %s is passed by, and the exons and CDS of %s with it', p.type, json_quote(p.id)) AS text
FROM record AS p
WHERE p.space = 'ID' AND p.type NOT IN (SELECT type FROM vep_type)
  AND EXISTS (SELECT 1 FROM link AS l JOIN record AS r ON r.line = l.line
              WHERE l.space = 'ID' AND l.parent = p.id AND r.type IN ('exon', 'CDS'))
ORDER BY p.line;

-- check: vep-parent
SELECT l.line, printf('no record has the ID %s', json_quote(l.parent)) AS text
FROM link AS l JOIN record AS r ON r.line = l.line AND r.type IN (SELECT type FROM vep_type)
WHERE l.space = 'ID' AND NOT EXISTS (SELECT 1 FROM record AS p WHERE p.space = 'ID' AND p.id = l.parent)
ORDER BY l.line;

-- check: vep-biotype
SELECT t.line, printf('%s %s has no biotype; add biotype=', t.type, json_quote(t.id)) AS text
FROM vep_transcript AS t LEFT JOIN extra AS g ON g.line = t.gene
WHERE t.biotype_key NOT IN ('biotype', 'transcript_type') AND t.type <> 'mRNA' AND t.type NOT LIKE '%\_gene\_segment' ESCAPE '\'
  AND NOT (t.type = 'ncRNA' AND t.biotype_key = 'ncrna_class')
  AND IFNULL(g.description, '') NOT LIKE 'microRNA%' AND (t.type = 'ncRNA' OR t.gbkey IS NULL)
GROUP BY t.line ORDER BY t.line;

-- check: vep-no-exon
SELECT t.line, printf('protein_coding transcript %s has no exon', json_quote(t.id)) AS text
FROM vep_transcript AS t
WHERE (t.biotype = 'protein_coding' AND t.biotype_key IN ('biotype', 'transcript_type')
       OR t.type = 'mRNA' AND t.biotype_key NOT IN ('biotype', 'transcript_type'))
  AND NOT EXISTS (SELECT 1 FROM link AS l JOIN record AS r ON r.line = l.line
                  WHERE l.space = 'ID' AND l.parent = t.id AND r.type = 'exon')
GROUP BY t.line ORDER BY t.line;

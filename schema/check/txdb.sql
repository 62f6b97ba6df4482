-- makeTxDbFromGFF. Types are those of .TX_TYPES, .EXON_TYPES and .CDS_TYPES.

-- make: the types that count as transcripts
CREATE TABLE txdb_type (type TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO txdb_type VALUES
    ('transcript'), ('primary_transcript'), ('mRNA'), ('rRNA'), ('snoRNA'), ('snRNA'), ('tRNA'), ('tmRNA'), ('miRNA'),
    ('miRNA_primary_transcript'), ('RNase_P_RNA'), ('RNase_MRP_RNA'), ('SRP_RNA'), ('misc_RNA'), ('antisense_RNA'),
    ('antisense'), ('lnc_RNA'), ('antisense_lncRNA'), ('transcript_region'), ('scRNA'), ('guide_RNA'), ('telomerase_RNA'),
    ('vault_RNA'), ('Y_RNA'), ('ncRNA'), ('three_prime_overlapping_ncrna'), ('predicted_transcript'),
    ('unconfirmed_transcript'), ('pseudogenic_transcript'), ('pseudogenic_rRNA'), ('unitary_pseudogenic_rRNA'),
    ('allelic_pseudogenic_rRNA'), ('unprocessed_pseudogenic_rRNA'), ('processed_pseudogenic_rRNA'), ('pseudogenic_tRNA'),
    ('unitary_pseudogenic_tRNA'), ('allelic_pseudogenic_tRNA'), ('processed_pseudogenic_tRNA'),
    ('unprocessed_pseudogenic_tRNA'), ('vertebrate_immunoglobulin_T_cell_receptor_segment'), ('V_gene_segment'),
    ('D_gene_segment'), ('C_gene_segment'), ('J_gene_segment'), ('gene_segment'), ('pseudogenic_gene_segment');

-- make: the IDs that records name as their Parent: first line, and whether one is a transcript, or a gene, whose exons are one
CREATE TABLE txdb_parent AS
SELECT id, MIN(line) AS line,
       MAX(type IN (SELECT type FROM txdb_type) OR type LIKE '%gene' OR type LIKE '%pseudogene') AS is_transcript
FROM record
WHERE space = 'ID' AND id IN (SELECT parent FROM link WHERE space = 'ID')
GROUP BY id;
CREATE INDEX txdb_parent_id ON txdb_parent (id);

-- make: the exons of each parent, and how far those that start no later reach
CREATE TABLE txdb_exon AS
SELECT l.space, l.parent, e.seqid, e.strand, e.start,
       MAX(e."end") OVER (PARTITION BY l.space, l.parent, e.seqid, e.strand ORDER BY e.start) AS reach
FROM link AS l JOIN record AS e ON e.line = l.line
WHERE e.type = 'exon';
CREATE INDEX txdb_exon_place ON txdb_exon (space, parent, seqid, strand, start);

-- check: txdb-gene-id
SELECT r.line, printf('%s has no ID; makeTxDbFromGFF stops there', r.type) AS text
FROM record AS r JOIN extra AS x ON x.line = r.line
WHERE x.syntax = 'gff3' AND x.id IS NULL AND r.type IN ('gene', 'protein_coding_gene', 'ncRNA_gene', 'pseudogene', 'transposable_element_gene')
ORDER BY r.line;

-- check: txdb-parent-twice
SELECT r.line, printf('%s has the Parent %s twice', r.type, json_quote(l.parent)) AS text
FROM link AS l JOIN record AS r ON r.line = l.line
WHERE l.space = 'ID' AND r.type IN ('exon', 'pseudogenic_exon', 'coding_exon', 'noncoding_exon', 'CDS', 'stop_codon')
GROUP BY l.line, l.parent HAVING COUNT(*) > 1 ORDER BY r.line;

-- check: txdb-orphan
SELECT r.line, CASE WHEN p.line IS NULL THEN printf('%s: no record has the ID %s', r.type, json_quote(l.parent))
                    ELSE printf('%s: its Parent %s is a %s (line %d), which is no transcript', r.type, json_quote(l.parent), t.type, p.line) END AS text
FROM link AS l
JOIN record AS r ON r.line = l.line
LEFT JOIN txdb_parent AS p ON p.id = l.parent
LEFT JOIN record AS t ON t.line = p.line
WHERE l.space = 'ID' AND r.type IN ('exon', 'pseudogenic_exon', 'coding_exon', 'noncoding_exon', 'CDS', 'stop_codon')
    AND NOT IFNULL(p.is_transcript, 0)
GROUP BY l.line, l.parent
ORDER BY r.line;

-- Transcripts without exons take their CDS for exons.
-- check: txdb-cds-outside
SELECT r.line, printf('CDS %d-%d is within no exon of %s', r.start, r."end", json_quote(l.parent)) AS text
FROM record AS r JOIN link AS l ON l.line = r.line
WHERE r.type = 'CDS'
  AND EXISTS (SELECT 1 FROM txdb_exon AS e WHERE e.space = l.space AND e.parent = l.parent)
  AND NOT IFNULL(r."end" <= (
      SELECT reach FROM txdb_exon AS e
      WHERE e.space = l.space AND e.parent = l.parent AND e.seqid = r.seqid AND e.strand IS r.strand
        AND e.start <= r.start
      ORDER BY e.start DESC LIMIT 1), 0)
ORDER BY r.line;

-- check: txdb-parts
SELECT MIN(line), printf('%s has %d lines that differ in sequence, strand or type', json_quote(id), COUNT(*)) AS text
FROM record WHERE id IS NOT NULL AND type IN (SELECT type FROM txdb_type)
GROUP BY space, id
HAVING COUNT(*) > 1 AND (COUNT(DISTINCT seqid) > 1 OR COUNT(DISTINCT IFNULL(strand, '.')) > 1 OR COUNT(DISTINCT type) > 1)
ORDER BY 1;

-- check: txdb-phase
SELECT line, 'CDS has no phase' AS text FROM record WHERE type = 'CDS' AND phase IS NULL ORDER BY line;

-- bcftools csq. A transcript is any record with a Parent that is no gene, exon, CDS or UTR.

-- make: the biotypes that csq knows, by how they begin
CREATE TABLE csq_biotype (prefix TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO csq_biotype VALUES
    ('protein_coding'), ('pseudogene'), ('processed_transcript'), ('processed_pseudogene'), ('polymorphic_pseudogene'),
    ('artifact'), ('antisense'), ('ambiguous_orf'), ('IG_pseudogene'), ('IG_C'), ('IG_J_pseudogene'), ('IG_V'), ('IG_D'),
    ('IG_J'), ('IG_LV'), ('TR_V'), ('TR_J'), ('TR_C'), ('TR_D'), ('Mt_tRNA'), ('Mt_rRNA'), ('MT_tRNA'), ('MT_rRNA'),
    ('MRNA'), ('mRNA'), ('lincRNA'), ('lncRNA'), ('macro_lncRNA'), ('misc_RNA'), ('miRNA'), ('rRNA'), ('ribozyme'),
    ('retained_intron'), ('retrotransposed'), ('snRNA'), ('sRNA'), ('scRNA'), ('scaRNA'), ('snoRNA'), ('sense_intronic'),
    ('sense_overlapping'), ('tRNA_pseudogene'), ('transcribed_processed_pseudogene'),
    ('transcribed_unprocessed_pseudogene'), ('transcribed_unitary_pseudogene'), ('translated_unprocessed_pseudogene'),
    ('translated_processed_pseudogene'), ('nonsense_mediated_decay'), ('non_stop_decay'), ('NMD'), ('known_ncrna'),
    ('unitary_pseudogene'), ('unprocessed_pseudogene'), ('LRG_gene'), ('3prime_overlapping_ncRNA'),
    ('3_prime_overlapping_ncRNA'), ('disrupted_domain'), ('vaultRNA'), ('bidirectional_promoter_lncRNA');

-- make: transcripts
CREATE TABLE csq_transcript AS
SELECT r.line, x.id, r.type, r.strand,
       CASE WHEN x.biotype_key IN ('biotype', 'gene_biotype') THEN x.biotype END AS biotype,
       EXISTS (SELECT 1 FROM csq_biotype WHERE SUBSTR(x.biotype, 1, LENGTH(prefix)) = prefix AND x.biotype_key IN ('biotype', 'gene_biotype'))
       OR EXISTS (SELECT 1 FROM csq_biotype WHERE SUBSTR(r.type, 1, LENGTH(prefix)) = prefix) AS known
FROM record AS r JOIN extra AS x ON x.line = r.line
WHERE x.parent IS NOT NULL AND IFNULL(x.id, '') NOT LIKE 'gene:%'
  AND r.type NOT IN ('exon', 'CDS', 'three_prime_UTR', 'five_prime_UTR', 'biological_region', 'gene');
CREATE INDEX csq_transcript_id ON csq_transcript (id);

-- check: csq-gtf
SELECT line, 'expected ID= and Parent=, found GTF; make GFF3 of it first' AS text
FROM extra WHERE syntax = 'gtf' ORDER BY line;

-- check: csq-transcript-id
SELECT line, printf('%s has a Parent and no ID', type) AS text FROM csq_transcript WHERE known AND id IS NULL ORDER BY line;

-- check: csq-strand
SELECT r.line, printf('CDS is on strand %s, its transcript %s on strand %s (line %d)', IFNULL(r.strand, '.'), json_quote(t.id), IFNULL(t.strand, '.'), t.line) AS text
FROM csq_transcript AS t
JOIN link AS l ON l.space = 'ID' AND l.parent = t.id
JOIN record AS r ON r.line = l.line AND r.type = 'CDS'
WHERE t.known AND r.strand IS NOT t.strand ORDER BY r.line;

-- check: csq-phase
SELECT line, printf('phase %d after %d coding bases of %s', phase, before, json_quote(parent)) AS text
FROM (
    SELECT r.line, l.parent, r.phase, r.strand,
           SUM(r."end" - r.start + 1) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
           FIRST_VALUE(r.phase) OVER w AS first_phase
    FROM record AS r
    JOIN link AS l ON l.line = r.line AND l.space = 'ID'
    JOIN extra AS x ON x.line = r.line AND x.parent NOT LIKE '%,%'
    JOIN csq_transcript AS t ON t.id = l.parent AND t.known AND t.strand IS r.strand
    WHERE r.type = 'CDS' AND r.strand IS NOT NULL
    WINDOW w AS (PARTITION BY l.parent ORDER BY CASE r.strand WHEN '-' THEN -r.start ELSE r.start END)
)
WHERE phase <> ((first_phase - before) % 3 + 3) % 3 ORDER BY line;

-- check: csq-overlap
SELECT line, printf('CDS %d-%d of %s overlaps %d-%d (line %d)', start, "end", json_quote(parent), first_start, first_end, first_line) AS text
FROM (
    SELECT r.line, r.start, r."end", l.parent, LAG(r.line) OVER w AS first_line, LAG(r.start) OVER w AS first_start,
           LAG(r."end") OVER w AS first_end
    FROM record AS r
    JOIN link AS l ON l.line = r.line AND l.space = 'ID'
    JOIN extra AS x ON x.line = r.line AND x.parent NOT LIKE '%,%'
    JOIN csq_transcript AS t ON t.id = l.parent AND t.known AND t.strand IS r.strand
    WHERE r.type = 'CDS' AND r.strand IS NOT NULL
    WINDOW w AS (PARTITION BY l.parent ORDER BY r.start)
)
WHERE first_end >= start ORDER BY line;

-- check: csq-biotype
SELECT t.line, CASE WHEN t.biotype IS NULL
                    THEN printf('%s %s has no biotype=, and csq does not know the type', t.type, IFNULL(json_quote(t.id), ''))
                    ELSE printf('%s %s has biotype %s, which csq does not know', t.type, IFNULL(json_quote(t.id), ''), json_quote(t.biotype)) END AS text
FROM csq_transcript AS t
WHERE NOT t.known AND EXISTS (SELECT 1 FROM link AS l WHERE l.space = 'ID' AND l.parent = t.id)
ORDER BY t.line;

-- check: csq-several-parents
SELECT r.line, printf('expected one Parent, found %s; write the record once for each', json_quote(x.parent)) AS text
FROM record AS r JOIN extra AS x ON x.line = r.line
WHERE x.parent LIKE '%,%' AND r.type IN ('exon', 'CDS', 'three_prime_UTR', 'five_prime_UTR') ORDER BY r.line;

-- check: csq-no-parent
SELECT r.line, printf('%s has no Parent', r.type) AS text
FROM record AS r JOIN extra AS x ON x.line = r.line
WHERE x.syntax = 'gff3' AND x.parent IS NULL AND r.type IN ('exon', 'CDS', 'three_prime_UTR', 'five_prime_UTR') ORDER BY r.line;

-- check: csq-gene-repeated
SELECT line, printf('gene %s is on line %d already', json_quote(id), first) AS text
FROM (SELECT line, id, MIN(line) OVER (PARTITION BY id) AS first FROM record WHERE type = 'gene' AND space = 'ID')
WHERE line > first ORDER BY line;

-- check: csq-phase-missing
SELECT line, 'CDS has no phase' AS text FROM record WHERE type = 'CDS' AND phase IS NULL ORDER BY line;

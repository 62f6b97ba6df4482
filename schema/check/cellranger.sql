-- Cell Ranger mkref.

-- check: cellranger-gff3
SELECT line, 'expected key "value" attributes, found GFF3; make GTF of it first' AS text
FROM extra WHERE syntax = 'gff3' ORDER BY line;

-- check: cellranger-coordinates
SELECT line, CASE WHEN start IS NULL OR "end" IS NULL THEN 'start or end is no number'
                  WHEN start < 1 THEN printf('expected start to be 1 or more, found %d', start)
                  ELSE printf('end %d is before start %d', "end", start) END AS text
FROM record WHERE start IS NULL OR "end" IS NULL OR start < 1 OR "end" < start ORDER BY line;

-- check: cellranger-strand
SELECT line, printf('expected + or - as strand, found %s', json_quote(raw_strand)) AS text
FROM extra WHERE raw_strand NOT IN ('+', '-') ORDER BY line;

-- check: cellranger-transcript-id
SELECT r.line, CASE WHEN x.transcript_id IS NULL THEN printf('%s has no transcript_id', r.type)
                    ELSE printf('expected a transcript_id without blanks and '';'', found %s', json_quote(x.transcript_id)) END AS text
FROM record AS r JOIN extra AS x ON x.line = r.line
WHERE x.syntax = 'gtf' AND r.type IN ('exon', 'transcript')
  AND (x.transcript_id IS NULL OR x.transcript_id GLOB '*[; ]*') ORDER BY r.line;

-- check: cellranger-gene-id
SELECT r.line, CASE WHEN x.gene_id IS NULL THEN printf('%s has no gene_id', r.type)
                    ELSE printf('expected a gene_id without '';'', found %s', json_quote(x.gene_id)) END AS text
FROM record AS r JOIN extra AS x ON x.line = r.line
WHERE x.syntax = 'gtf' AND r.type IN ('exon', 'transcript')
  AND (x.gene_id IS NULL OR x.gene_id GLOB '*;*') ORDER BY r.line;

-- check: cellranger-transcript-genes
SELECT x.line, printf('transcript_id %s has gene_id %s here and %s on line %d', json_quote(x.transcript_id), json_quote(x.gene_id), json_quote(f.gene_id), f.line) AS text
FROM (
    SELECT x.transcript_id, MIN(x.line) AS first FROM extra AS x JOIN record AS r ON r.line = x.line
    WHERE r.type = 'exon' AND x.transcript_id IS NOT NULL
    GROUP BY x.transcript_id
    HAVING COUNT(DISTINCT x.gene_id) > 1 OR COUNT(DISTINCT IFNULL(x.gene_name, x.gene_id)) > 1
) AS g
JOIN extra AS f ON f.line = g.first
JOIN extra AS x ON x.transcript_id = g.transcript_id
JOIN record AS r ON r.line = x.line AND r.type = 'exon'
WHERE x.gene_id IS NOT f.gene_id OR IFNULL(x.gene_name, x.gene_id) IS NOT IFNULL(f.gene_name, f.gene_id)
ORDER BY x.line;

-- check: cellranger-no-exon
SELECT NULL AS line, 'expected exons, found none' AS text WHERE NOT EXISTS (SELECT 1 FROM record WHERE type = 'exon');

-- check: cellranger-transcript-sequences
SELECT r.line, printf('transcript_id %s is on %s here and on %s on line %d', json_quote(x.transcript_id), json_quote(r.seqid), json_quote(f.seqid), f.line) AS text
FROM (
    SELECT x.transcript_id, MIN(x.line) AS first FROM extra AS x JOIN record AS r ON r.line = x.line
    WHERE x.transcript_id IS NOT NULL GROUP BY x.transcript_id HAVING COUNT(DISTINCT r.seqid) > 1
) AS g
JOIN record AS f ON f.line = g.first
JOIN extra AS x ON x.transcript_id = g.transcript_id
JOIN record AS r ON r.line = x.line AND r.seqid <> f.seqid
ORDER BY r.line;

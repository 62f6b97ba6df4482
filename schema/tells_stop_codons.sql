-- One row where a dataset, ?1, is a GTF file, whose CDS are without their stop codons, or has stop_codon
-- records, so that a CDS without one has no stop codon.
SELECT 1 FROM dataset WHERE dataset = ?1 AND format = 'gtf'
UNION ALL
SELECT 1 WHERE EXISTS (SELECT 1 FROM gff WHERE type = 'stop_codon' AND +dataset = ?1);

-- What a dataset, ?1, tells of codons: whether it has start_codon records, stop_codon records, and whether it is GTF,
-- whose CDS are without their stop codons.
SELECT
    EXISTS (SELECT 1 FROM gff WHERE type = 'start_codon' AND +dataset = ?1),
    EXISTS (SELECT 1 FROM gff WHERE type = 'stop_codon' AND +dataset = ?1),
    EXISTS (SELECT 1 FROM dataset WHERE dataset = ?1 AND format = 'gtf');

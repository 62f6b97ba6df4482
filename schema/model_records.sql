-- What may be a gene or a transcript, in file order: all records but those of a type that is a part of one, or
-- a whole sequence.
SELECT record_id, dataset, seqid, type, ID, Parent
FROM gff
WHERE type IS NULL OR type NOT IN (
    SELECT type FROM type_class WHERE class IN ('exon', 'cds', 'utr', 'intron', 'codon', 'chromosome')
)
ORDER BY record_id;

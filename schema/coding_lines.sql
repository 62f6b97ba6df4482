-- What a feature without a parent codes with: the CDS and stop_codon records of an ID, ?1, within a
-- dataset, ?2, on a sequence, ?3, in file order.
SELECT gff.*
FROM gff
WHERE ID = ?1 AND +dataset = ?2 AND +seqid IS ?3
    AND (+type = 'stop_codon'
        OR EXISTS (SELECT 1 FROM type_class WHERE type_class.type = gff.type AND class = 'cds'))
ORDER BY record_id;

-- What a record, ?1, codes with: the CDS and stop_codon records that it is the parent of, in file order.
SELECT gff.*
FROM link
CROSS JOIN gff ON gff.record_id = link.child
WHERE link.parent = ?1
    AND (gff.type = 'stop_codon'
        OR EXISTS (SELECT 1 FROM type_class WHERE type_class.type = gff.type AND class = 'cds'))
ORDER BY gff.record_id;

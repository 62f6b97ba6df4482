-- The parents of a record, ?1.
SELECT gff.*
FROM link
CROSS JOIN gff ON gff.record_id = link.parent
WHERE link.child = ?1
ORDER BY gff.record_id;

-- ?1 dataset, ?2 namespace, ?3 Parent, ?4 line. A GFF3 parent that is on one sequence is found.
INSERT INTO wanted_parent
SELECT * FROM (
    SELECT ?1, ?2, ?3, ?4, CASE ?2 WHEN 'ID' THEN (
        SELECT count(DISTINCT coalesce(seqid, '')) FROM gff WHERE ID = ?3 AND dataset = ?1
    ) END AS sequences
)
WHERE sequences IS NOT 1;

-- How an answer is sorted: what stands behind a SELECT of table gff. A parent has its parts within it; of those in
-- one place, the higher level is first.
ORDER BY gff.seqid, gff.start, gff."end" DESC,
    coalesce((
        SELECT min(CASE class WHEN 'chromosome' THEN 0 WHEN 'gene' THEN 1 WHEN 'transcript' THEN 2 ELSE 3 END)
        FROM type_class WHERE type_class.type = gff.type
    ), 3),
    gff.record_id

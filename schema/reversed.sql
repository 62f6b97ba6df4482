-- The records of a type, ?1, on a sequence, ?2, whose end is before their start, between bases ?3 and ?4: from
-- the end to the start, by the end. Those of a circle run over its origin, and are not among them.
SELECT gff.record_id, gff."end" AS first, gff.start AS last
FROM gff
WHERE gff.type IS ?1
    AND (CASE
        WHEN "end" < start THEN -1
        WHEN "end" - start <= 1023 THEN 0
        WHEN "end" - start <= 32767 THEN 1
        WHEN "end" - start <= 1048575 THEN 2
        WHEN "end" - start <= 33554431 THEN 3
        ELSE 4
    END) = -1
    AND gff.seqid = ?2
    AND gff.start >= ?3
    AND gff."end" <= ?4
    AND NOT EXISTS (
        SELECT 1 FROM sequence AS own
        WHERE own.dataset = gff.dataset AND own.seqid = gff.seqid AND own.circular AND own.length > 0
    )
ORDER BY gff."end";

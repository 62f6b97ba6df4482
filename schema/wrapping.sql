-- The records of a circular sequence whose end is before their start, so that they run over the
-- origin, as they lie on a straight line: `end` + :length. Their class is 0.
SELECT record_id, start, "end" + :length AS "end"
FROM gff
WHERE (CASE
        WHEN "end" - start <= 127 THEN 0
        WHEN "end" - start <= 1023 THEN 1
        WHEN "end" - start <= 8191 THEN 2
        WHEN "end" - start <= 65535 THEN 3
        WHEN "end" - start <= 524287 THEN 4
        WHEN "end" - start <= 4194303 THEN 5
        WHEN "end" - start <= 33554431 THEN 6
        ELSE 7
    END) = 0
    AND seqid = :seqid
    AND "end" < start;

-- The records of a circular sequence that a search along a straight line misses, as they lie on one;
-- :seqid is the sequence, :length its bases, :dataset the dataset, or NULL where all have the same circle.
WITH circle(number, dataset, seqid, length) AS (VALUES (0, :dataset, :seqid, :length))
-- The end is before the start: it runs over the origin.
SELECT gff.record_id, circle.number AS number, gff.start AS start, gff."end" + circle.length AS "end",
    gff.type AS type
FROM circle
CROSS JOIN _type_length
CROSS JOIN gff
WHERE gff.type IS _type_length.type
    AND (CASE
        WHEN "end" < start THEN -1
        WHEN "end" - start <= 1023 THEN 0
        WHEN "end" - start <= 32767 THEN 1
        WHEN "end" - start <= 1048575 THEN 2
        WHEN "end" - start <= 33554431 THEN 3
        ELSE 4
    END) = +_type_length.class
    AND +_type_length.class = -1
    AND gff.seqid = circle.seqid
    AND (circle.dataset IS NULL OR gff.dataset = circle.dataset)
UNION ALL
-- As long as the circle: it has every base, also those of a region that runs over the origin.
SELECT gff.record_id, circle.number, gff.start - 2 * circle.length, gff."end" + 2 * circle.length, gff.type
FROM circle
CROSS JOIN _type_length
CROSS JOIN gff
WHERE gff.type IS _type_length.type
    AND (CASE
        WHEN "end" < start THEN -1
        WHEN "end" - start <= 1023 THEN 0
        WHEN "end" - start <= 32767 THEN 1
        WHEN "end" - start <= 1048575 THEN 2
        WHEN "end" - start <= 33554431 THEN 3
        ELSE 4
    END) = +_type_length.class
    AND coalesce(_type_length.longest, circle.length) >= circle.length - 1
    AND gff.seqid = circle.seqid
    AND gff."end" - gff.start + 1 >= circle.length
    AND (circle.dataset IS NULL OR gff.dataset = circle.dataset);

-- The records that a region overlaps, also round the origin of a circular sequence: :seqid, and :first to
-- :last, 1-based, both inside. schema/overlapping.sql is the search along a straight line.
--
--     .parameter set :seqid 'plasmid'
--     .parameter set :first 1
--     .parameter set :last 20
--     .parameter set :mode 'overlap'
--     .read schema/overlapping_round.sql
--
-- :mode 'within' is for records wholly inside the region, 'contains' for those that the region is wholly inside of.
WITH asked(seqid, first, last) AS (VALUES (:seqid, :first, :last)),
here(dataset, circular, length) AS (
    SELECT sequence.dataset, circular, length
    FROM asked
    CROSS JOIN dataset
    CROSS JOIN sequence ON sequence.dataset = dataset.dataset AND sequence.seqid = asked.seqid
),
-- The dataset is told where the sequence is no circle in another one, or one of another length.
circle(dataset, length) AS (
    SELECT DISTINCT
        iif((
            SELECT min(circular) AND min(length) = max(length) AND count(length) = count(*) FROM here
        ), NULL, dataset),
        length
    FROM here
    WHERE circular AND length > 0
),
-- A feature over the origin ends beyond the length, or begins before base 1, so bases 1-20 of 120 are also
-- 121-140 and -119 to -100.
region(dataset, seqid, first, last) AS (
    SELECT NULL, seqid, first, last FROM asked
    UNION
    SELECT dataset, seqid, first + length, last + length FROM asked CROSS JOIN circle
    UNION
    SELECT dataset, seqid, first - length, last - length FROM asked CROSS JOIN circle
    UNION
    -- All of the circle, and so whatever runs over its origin is inside.
    SELECT dataset, seqid, first - length, last + length FROM asked CROSS JOIN circle
    WHERE last - first + 1 >= length
)
SELECT *
FROM gff
WHERE record_id IN (
    SELECT gff.record_id
    FROM region
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
        AND gff.seqid = region.seqid
        AND gff.start BETWEEN
            CASE WHEN _type_length.class < 0 THEN region.first
                ELSE coalesce(region.first - _type_length.longest, -9223372036854775808) END
            AND CASE WHEN _type_length.class < 0 THEN 9223372036854775807 ELSE region.last END
        AND CASE WHEN _type_length.class < 0 THEN gff."end" <= region.last
            ELSE gff."end" >= region.first END
        AND (_type_length.class >= 0 OR NOT EXISTS (
            SELECT 1 FROM sequence AS own
            WHERE own.dataset = gff.dataset AND own.seqid = gff.seqid AND own.circular AND own.length > 0
        ))
        AND (region.dataset IS NULL OR gff.dataset = region.dataset)
        AND CASE :mode
            WHEN 'within' THEN min(gff.start, gff."end") >= region.first AND max(gff.start, gff."end") <= region.last
            WHEN 'contains' THEN min(gff.start, gff."end") <= region.first AND max(gff.start, gff."end") >= region.last
            ELSE 1
        END
    UNION ALL
    -- The end is before the start: it runs over the origin.
    SELECT gff.record_id
    FROM region
    CROSS JOIN circle
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
        AND gff.seqid = region.seqid
        AND gff.start <= region.last AND gff."end" + circle.length >= region.first
        AND (region.dataset IS NULL OR region.dataset = circle.dataset)
        AND (circle.dataset IS NULL OR gff.dataset = circle.dataset)
        AND CASE :mode
            WHEN 'within' THEN gff.start >= region.first AND gff."end" + circle.length <= region.last
            WHEN 'contains' THEN gff.start <= region.first AND gff."end" + circle.length >= region.last
            ELSE 1
        END
    UNION ALL
    -- As long as the circle: it has every base, and is inside no region but that of all of them.
    SELECT gff.record_id
    FROM asked
    CROSS JOIN circle
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
        AND gff.seqid = asked.seqid
        AND gff."end" - gff.start + 1 >= circle.length
        AND asked.first <= asked.last
        AND (circle.dataset IS NULL OR gff.dataset = circle.dataset)
        AND CASE :mode
            WHEN 'within' THEN 0
            WHEN 'contains' THEN gff.start - 2 * circle.length <= asked.first
                AND gff."end" + 2 * circle.length >= asked.last
            ELSE 1
        END
);

-- The records that a region overlaps: :seqid, and :first to :last, 1-based, both inside.
--
--     .parameter set :seqid 'chr1'
--     .parameter set :first 1000
--     .parameter set :last 2000
--     .read schema/overlapping.sql
--
-- A feature that reaches :first from before it starts at most as far back as the longest feature is
-- long, and a few long ones would make that very far. So features are searched class by class of
-- their length (table length_class): index gff_region has the class first, and within a class the
-- search begins one class width before the region. The CASE is the index's own expression; the '+'
-- keeps the column's type out of the comparison, which the index would not serve otherwise.
WITH region(seqid, first, last) AS (VALUES (:seqid, :first, :last))
SELECT gff.*
FROM region
CROSS JOIN length_class
CROSS JOIN gff
WHERE (CASE
        WHEN "end" - start <= 127 THEN 0
        WHEN "end" - start <= 1023 THEN 1
        WHEN "end" - start <= 8191 THEN 2
        WHEN "end" - start <= 65535 THEN 3
        WHEN "end" - start <= 524287 THEN 4
        WHEN "end" - start <= 4194303 THEN 5
        WHEN "end" - start <= 33554431 THEN 6
        ELSE 7
    END) = +length_class.class
    AND gff.seqid = region.seqid
    AND gff.start BETWEEN region.first - coalesce(longest, region.first) AND region.last
    AND gff."end" >= region.first;

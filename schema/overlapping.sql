-- The records that a region overlaps: :seqid, and :first to :last, 1-based, both inside.
--
--     .parameter set :seqid 'chr1'
--     .parameter set :first 1000
--     .parameter set :last 2000
--     .read schema/overlapping.sql
--
-- A feature that reaches :first from before it starts at most as far back as the longest feature is
-- long, and a few long ones would make that very far. So features are searched type by type, and within a
-- type class by class of their length, as table _type_length has them and index gff_type_region: the
-- search begins as far before the region as the longest of the class can be long. A feature whose end is
-- before its start, class -1, lies from its end to its start. The first CASE is the index's own
-- expression; the '+' keeps the column's type out of the comparison, which the index would not serve
-- otherwise. For some types only: AND _type_length.type IN ('gene', 'exon').
WITH region(seqid, first, last) AS (VALUES (:seqid, :first, :last))
SELECT gff.*
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
        ELSE gff."end" >= region.first END;

-- What a record, ?1, is made of: a row for each exon, CDS and UTR that it is the parent of, on its own
-- sequence, by start; one row of NULLs where there is none.
SELECT own.class,               -- the record's own class: type_class.class
       part.class,              -- the part's: 'exon', 'cds', 'utr'
       part.start, part."end"   -- its bases, 1-based, both inside
FROM (SELECT gff.record_id AS record_id, gff.seqid AS seqid, type_class.class AS class
      FROM gff LEFT JOIN type_class USING (type) WHERE gff.record_id = ?1) AS own
LEFT JOIN (
    SELECT link.parent AS parent, gff.seqid AS seqid, type_class.class AS class,
        gff.start AS start, gff."end" AS "end"
    FROM link
    CROSS JOIN gff ON gff.record_id = link.child
    CROSS JOIN type_class USING (type)
    WHERE link.parent = ?1 AND type_class.class IN ('exon', 'cds', 'utr')
        AND gff.start IS NOT NULL AND gff."end" IS NOT NULL
) AS part ON part.seqid = own.seqid
ORDER BY part.start;

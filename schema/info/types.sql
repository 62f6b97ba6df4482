-- How many records of each type there are, and what the type counts as; the commonest first.
-- The count reads index gff_type_region alone.
WITH counted AS (SELECT type, COUNT(*) AS records FROM gff GROUP BY type)
SELECT counted.type, class, records
FROM counted LEFT JOIN type_class USING (type)
ORDER BY records DESC, counted.type;

-- Fills _type_length from index gff_type_region: a step for each type, and a look for each class of each.
DELETE FROM _type_length;
INSERT INTO _type_length (type, class, longest)
WITH RECURSIVE step (type) AS (
    SELECT min(type) FROM gff
    UNION ALL
    SELECT (SELECT min(type) FROM gff WHERE type > step.type) FROM step WHERE step.type IS NOT NULL
)
-- The last step is NULL, and so is the type of a record without one.
SELECT step.type, _length_class.class, longest
FROM step
CROSS JOIN _length_class
WHERE EXISTS (
    SELECT 1
    FROM gff
    WHERE gff.type IS step.type
        AND (CASE
            WHEN "end" < start THEN -1
            WHEN "end" - start <= 1023 THEN 0
            WHEN "end" - start <= 32767 THEN 1
            WHEN "end" - start <= 1048575 THEN 2
            WHEN "end" - start <= 33554431 THEN 3
            ELSE 4
        END) = +_length_class.class
);

-- ?1 a promoted key. Datasets whose records may have it in column attributes all the same: those that were
-- loaded before it was promoted, as their options tell.
SELECT 1
FROM dataset
WHERE json_extract(options, '$.promote') IS NOT 'all'
    AND NOT EXISTS (SELECT 1 FROM json_each(options, '$.promote') WHERE value = ?1)
    AND NOT EXISTS (SELECT 1 FROM json_each(options, '$.index') WHERE value = ?1)
LIMIT 1;

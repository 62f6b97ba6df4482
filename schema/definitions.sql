-- The statements that made the tables, indexes, views and triggers, as they were typed:
-- all of them, or, where ?1 is not NULL, those of the table or view of that name.
SELECT sql || ';' AS sql
FROM sqlite_schema
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND (?1 IS NULL OR ?1 COLLATE NOCASE IN (tbl_name, name))
ORDER BY tbl_name, rowid;

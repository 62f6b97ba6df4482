-- Every table and view that a statement can name, with its columns: what `gffdb sql` lists
-- and what it compares a name with that does not exist. A row is a column.
SELECT t.schema AS schema,  -- main, temp, or the name of an attached database
       t.name   AS name,    -- of the table or view
       c.name   AS column   -- of it, in the order of the definition
FROM pragma_table_list AS t
JOIN pragma_table_xinfo(t.name, t.schema) AS c
WHERE t.type <> 'shadow' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY t.schema <> 'main', t.schema, t.name, c.cid;

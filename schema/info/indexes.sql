-- The indexes that were asked for, a row a column; a column without a name is an expression.
SELECT i.name AS "index", i.tbl_name AS "table", c.name AS "column"
FROM sqlite_schema AS i JOIN pragma_index_info(i.name) AS c
WHERE i.type = 'index' AND i.sql IS NOT NULL
ORDER BY i.rowid, c.seqno;

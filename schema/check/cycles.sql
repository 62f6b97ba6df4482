-- Cycles: what is left when roots, and then leaves, are taken away again and again.

-- A cycle has no roots and no leaves, so only links between two names that each have a Parent and a
-- child can be part of one. Most files have none.
-- make: links in the middle of hierarchies
CREATE TABLE edge AS
WITH candidate AS MATERIALIZED (
    SELECT DISTINCT r.id AS child, l.parent AS parent
    FROM link AS l JOIN record AS r ON r.line = l.line
    WHERE l.space = 'ID' AND r.space = 'ID' AND r.id <> l.parent
      AND EXISTS (SELECT 1 FROM extent AS e WHERE e.space = 'ID' AND e.id = r.id)
), above AS MATERIALIZED (
    SELECT parent FROM (SELECT DISTINCT parent FROM candidate) AS c
    WHERE EXISTS (SELECT 1 FROM record AS p JOIN link AS q ON q.line = p.line WHERE p.space = 'ID' AND p.id = c.parent AND q.parent <> p.id)
)
SELECT child, parent FROM candidate JOIN above USING (parent);
CREATE INDEX edge_child ON edge (child);
CREATE INDEX edge_parent ON edge (parent);
CREATE TABLE bare (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE gone (id TEXT PRIMARY KEY) WITHOUT ROWID;

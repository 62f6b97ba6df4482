-- Cycles: names that have no link on one side, at first.
INSERT INTO bare
SELECT DISTINCT parent FROM edge AS e WHERE NOT EXISTS (SELECT 1 FROM edge WHERE child = e.parent);

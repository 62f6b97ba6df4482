-- Cycles: names that have no link on one side, at first.
INSERT INTO bare
SELECT DISTINCT child FROM edge AS e WHERE NOT EXISTS (SELECT 1 FROM edge WHERE parent = e.child);

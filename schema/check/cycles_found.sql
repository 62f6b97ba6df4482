-- Cycles: the links that are left are in one, or between two.

-- check: parent-cycle
SELECT r.line, printf('%s is part of itself: its Parents lead back to it', json_quote(r.id)) AS text
FROM edge AS e JOIN record AS r ON r.space = 'ID' AND r.id = e.child
GROUP BY r.line ORDER BY r.line;

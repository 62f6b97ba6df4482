-- Cycles: names that lose their last link on that side when the bare ones go, and then those go.
INSERT INTO gone
SELECT DISTINCT e.parent FROM bare CROSS JOIN edge AS e ON e.child = bare.id
WHERE NOT EXISTS (SELECT 1 FROM edge AS o WHERE o.parent = e.parent AND o.child NOT IN (SELECT id FROM bare));
DELETE FROM edge WHERE child IN (SELECT id FROM bare);
DELETE FROM bare;
INSERT INTO bare SELECT id FROM gone;
DELETE FROM gone;

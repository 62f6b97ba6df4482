-- Cycles: whether there is anything left to take away.
SELECT EXISTS (SELECT 1 FROM bare);

-- ?1: the datasets, a JSON array of names.
SELECT code, severity, COUNT(*) FROM issue
WHERE dataset IN (SELECT value FROM json_each(?1))
GROUP BY code, severity ORDER BY severity, code;

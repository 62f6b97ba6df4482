-- What was found while loading, the most frequent first.
SELECT dataset, code, severity, COUNT(*) AS count
FROM issue
GROUP BY dataset, code, severity
ORDER BY count DESC, code, severity;

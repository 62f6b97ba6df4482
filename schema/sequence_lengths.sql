-- The sequences of all datasets, with their lengths in bases where more than the last record tells them.
SELECT dataset, seqid, CASE WHEN known_by <> 'extent' AND length > 0 THEN length END
FROM sequence;

-- The sequences of a dataset, the longest first; ?1 is the dataset's name.
SELECT seqid, length, circular, known_by
FROM sequence
WHERE dataset = ?1
ORDER BY length DESC NULLS LAST, seqid;

-- ?1: the sequence, ?2: the line of the feature that is all of it, ?3: its end.
UPDATE sequence SET landmark = ?2, length = ?3 WHERE seqid = ?1 AND COALESCE(length, 0) < ?3;

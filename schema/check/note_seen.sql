-- ?1: the sequence, ?2: the line of a record on it.
INSERT INTO sequence (seqid, seen) VALUES (?1, ?2)
ON CONFLICT (seqid) DO UPDATE SET seen = COALESCE(seen, ?2);

-- ?1: the sequence, ?2: the line, ?3, ?4: first and last base.
INSERT INTO sequence (seqid, line, first, last) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (seqid) DO UPDATE SET line = ?2, first = ?3, last = ?4;

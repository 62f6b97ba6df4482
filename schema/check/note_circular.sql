-- ?1: the sequence, ?2: the line that calls it a circle.
UPDATE sequence SET circular = ?2 WHERE seqid = ?1 AND circular = 0;

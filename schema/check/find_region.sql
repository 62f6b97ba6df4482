-- ?1: a sequence. The lines of its ##sequence-region and of its first record.
SELECT line, seen FROM sequence WHERE seqid = ?1;

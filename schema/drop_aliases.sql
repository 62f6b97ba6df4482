-- Other names of sequences that no dataset has any more.
DELETE FROM alias WHERE seqid NOT IN (SELECT seqid FROM sequence);

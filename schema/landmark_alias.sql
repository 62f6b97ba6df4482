-- Other names of features that seem to be whole sequences, until it is known which of them are; gone when
-- the load ends.
CREATE TEMP TABLE IF NOT EXISTS landmark_alias (
    seqid TEXT NOT NULL,     -- gff.seqid
    alias TEXT NOT NULL,     -- a value of Alias
    "end" INTEGER NOT NULL   -- last base of the feature, 1-based; its start is 1
);

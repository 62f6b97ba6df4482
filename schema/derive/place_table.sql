-- Places of what is derived, in a temporary database: one row for each transcript that has the place.
CREATE TABLE place (
    dataset TEXT,     -- dataset.dataset
    seqid   TEXT,     -- gff.seqid
    start   INTEGER,  -- first base, 1-based
    "end"   INTEGER,  -- last base, inside
    strand  TEXT,     -- '+', '-' or NULL
    part    TEXT      -- of splice sites, UTRs and parts: which kind
);

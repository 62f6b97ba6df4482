-- Parents to look for once all rows are in; gone when the load ends.
CREATE TEMP TABLE wanted_parent (
    dataset   TEXT NOT NULL,     -- dataset.dataset
    namespace TEXT NOT NULL,     -- what it names: 'ID' (of GFF3), 'gene', 'transcript' (of GTF); 'bare': a name alone in column 9
    Parent    TEXT NOT NULL,     -- the identifier
    line      INTEGER NOT NULL,  -- the first child's line that noted it, from 1; of 'bare', gff.record_id
    sequences INTEGER            -- on how many sequences records have that ID; NULL: not counted
);

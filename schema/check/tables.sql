-- What `gffdb check` keeps of a file while it looks at it as a whole: a database of its own, thrown
-- away at the end. Coordinates are 1-based, both ends inside.

-- One row per record with nine columns.
CREATE TABLE record (
    line     INTEGER PRIMARY KEY,  -- its number in the file, from 1
    seqid    TEXT NOT NULL,        -- column 1, decoded
    type     TEXT NOT NULL,        -- column 3, decoded
    start    INTEGER,              -- NULL where it is no number
    "end"    INTEGER,
    strand   TEXT,                 -- '+' or '-'; NULL where there is none or it is not known
    phase    INTEGER,              -- 0, 1 or 2
    space    TEXT,                 -- which names its name is one of: 'ID', 'gene_id', 'transcript_id'
    id       TEXT,                 -- its name, decoded: ID, or gene_id or transcript_id in GTF
    parents  INTEGER,              -- hash of its Parents, in any order; NULL: none
    section  INTEGER NOT NULL,     -- how many '###' stand before it
    trans    INTEGER NOT NULL,     -- 1: it says that it is part of something trans-spliced
    hash     INTEGER NOT NULL      -- of the whole line
);

-- One row per Parent of a record; in GTF, the gene of a transcript and the transcript of a part.
CREATE TABLE link (
    line   INTEGER NOT NULL,       -- record.line
    space  TEXT NOT NULL,          -- record.space of what it belongs to
    parent TEXT NOT NULL           -- record.id of what it belongs to
);

-- What directives and features say of sequences.
CREATE TABLE sequence (
    seqid    TEXT PRIMARY KEY,     -- decoded
    line     INTEGER,              -- of the first ##sequence-region
    first    INTEGER,              -- its first base
    last     INTEGER,              -- its last base
    landmark INTEGER,              -- line of the chromosome or region feature that is the sequence
    length   INTEGER,              -- where that ends
    circular INTEGER NOT NULL DEFAULT 0,  -- line of the first Is_circular=true; 0: none
    seen     INTEGER               -- line of its first record
) WITHOUT ROWID;

-- One row per record, for a consumer: what it reads of column 9, NULL where there is none.
CREATE TABLE extra (
    line          INTEGER PRIMARY KEY,  -- record.line
    syntax        TEXT NOT NULL,   -- 'gff3' or 'gtf'
    source        TEXT,            -- column 2
    raw_strand    TEXT NOT NULL,   -- column 7 as it stands
    id            TEXT,            -- ID
    parent        TEXT,            -- Parent, with its commas
    gene_id       TEXT,
    transcript_id TEXT,
    gene_name     TEXT,
    biotype_key   TEXT,            -- where the biotype is from: 'biotype', 'transcript_biotype', 'gene_type', …
    biotype       TEXT,            -- e.g. protein_coding
    gbkey         TEXT,            -- NCBI's key
    description   TEXT
);

-- What was found, as far as it is kept.
CREATE TABLE finding (
    line INTEGER,                  -- NULL: about the whole file
    code TEXT NOT NULL,            -- codes.rs
    text TEXT NOT NULL
);

-- gffdb database, schema version 2.
-- Coordinates are 1-based and both ends are inside, as in GFF3. A '.' of the file is NULL.

-- One row per record line of the files, in file order.
CREATE TABLE gff (
    record_id  INTEGER PRIMARY KEY,  -- counts the records; file order within a dataset
    seqid      TEXT,                 -- column 1, percent-decoded: the sequence's name
    source     TEXT,                 -- column 2, percent-decoded: program or project
    type       TEXT,                 -- column 3, percent-decoded: gene, mRNA, exon, CDS, …
    start      INTEGER,              -- column 4: first base, 1-based
    "end"      INTEGER,              -- column 5: last base, inside; beyond the sequence's length on a circle
    score      REAL,                 -- column 6
    strand     TEXT,                 -- column 7: '+', '-', '?' (stranded, not known which); NULL is unstranded
    phase      INTEGER,              -- column 8: 0, 1 or 2 bases to the next codon's first base
    attributes TEXT,                 -- column 9 less the promoted keys, spelled as in the file; NULL: nothing left
    ID         TEXT,                 -- promoted: the feature's name within its dataset; lines that share it are one feature
    Parent     TEXT                  -- promoted: ID of the feature this is part of; several as in the file: 'a,b'
    -- further promoted keys follow, one TEXT column each, percent-decoded; and, as last_columns.sql has it,
    -- layout  INTEGER: how the line was written: _layout.layout_id; NULL is the plain way
    -- dataset TEXT NOT NULL: which file the record came from: dataset.dataset
);

-- One row per loaded file.
CREATE TABLE dataset (
    dataset       TEXT PRIMARY KEY,  -- the file's name less its endings, or the name given
    file          TEXT NOT NULL,     -- the file's name as given; '-' for standard input
    format        TEXT NOT NULL,     -- 'gff3' or 'gtf': the syntax of most of its ninth columns
    compression   TEXT NOT NULL,     -- 'plain', 'gzip', 'BGZF', 'zstd', 'bzip2'
    bytes         INTEGER NOT NULL,  -- length after decompression
    sha256        TEXT NOT NULL,     -- of the decompressed bytes, hexadecimal
    lines         INTEGER NOT NULL,  -- line count, a last line without a line end included
    records       INTEGER NOT NULL,  -- record count when loaded
    first_record  INTEGER NOT NULL,  -- its records are first_record … first_record + records - 1
    line_end      TEXT NOT NULL,     -- what ends its lines: LF or CR LF
    last_line_end TEXT NOT NULL,     -- what ends its last line: '' where the file does not end in a line end
    options       TEXT NOT NULL,     -- JSON: how it was loaded
    gffdb_version TEXT NOT NULL,     -- which program loaded it
    loaded_at     TEXT NOT NULL      -- when: UTC, ISO 8601
) WITHOUT ROWID;

-- One row per sequence that a dataset names.
CREATE TABLE sequence (
    dataset  TEXT NOT NULL,          -- dataset.dataset
    seqid    TEXT NOT NULL,          -- gff.seqid
    length   INTEGER,                -- in bases, where it is known
    circular INTEGER NOT NULL DEFAULT 0,  -- 1: a circle, so a feature may end beyond the length
    known_by TEXT,                   -- where the length is from: 'fasta', 'directive', 'landmark' (a feature named as the
                                     -- sequence), 'feature' (another that starts at 1), 'extent' (the last base of a record)
    PRIMARY KEY (dataset, seqid)
) WITHOUT ROWID;

-- Other names of the sequences: chr1, 1, NC_000001.11. `gffdb alias` fills it; so does Alias of a feature that is
-- all of its sequence.
CREATE TABLE alias (
    seqid TEXT NOT NULL,             -- the name that the records have: gff.seqid
    alias TEXT NOT NULL,             -- another name of the same sequence
    style TEXT NOT NULL,             -- who calls it so: 'ucsc', 'refseq', 'genbank', 'ensembl', 'assembly', or a column's name; 'Alias' is the file
    PRIMARY KEY (alias, seqid, style)
) WITHOUT ROWID;

-- One row per parent of a record that has several; a single parent is in gff.Parent alone.
CREATE TABLE _multi_parent (
    record_id INTEGER NOT NULL,      -- the child: gff.record_id
    Parent    TEXT NOT NULL,         -- one parent's ID, percent-decoded
    PRIMARY KEY (record_id, Parent)
) WITHOUT ROWID;

-- One row per value of the keys named with --values.
CREATE TABLE attribute_value (
    record_id INTEGER NOT NULL,      -- gff.record_id
    key       TEXT NOT NULL,         -- the attribute's key
    value     TEXT NOT NULL          -- one of its values, percent-decoded; order and repeats kept
);

-- Every line of a file that is no record.
CREATE TABLE _other_line (
    dataset       TEXT NOT NULL,     -- dataset.dataset
    line          INTEGER NOT NULL,  -- its number in the file, from 1
    before_record INTEGER,           -- the record that follows it: gff.record_id; NULL after the last one
    kind          TEXT NOT NULL,     -- 'directive', 'comment', 'blank', 'fasta' (a run of lines), 'bad', 'mark' (byte order mark)
    text          NOT NULL,          -- without its line end ('fasta': with them); BLOB where not UTF-8
    line_end      TEXT,              -- where it differs from dataset.line_end
    part          INTEGER NOT NULL DEFAULT 0,  -- a long line is kept in pieces, which are 0, 1, …; the last has the line's end
    PRIMARY KEY (dataset, line, kind, part)
) WITHOUT ROWID;

-- Distinct ways in which lines were written; a record points at one with gff.layout.
CREATE TABLE _layout (
    layout_id  INTEGER PRIMARY KEY,  -- counts the layouts; 0 is '{gtf}', which edits use
    columns    TEXT,                 -- escapes of columns 1-3, the number format of column 6, and how many columns there are
                                     -- where that is not nine: 'seqid%20 score.2 columns.10'
    attributes TEXT                  -- column 9 with holes: 'Parent={Parent};{2};ID={ID};{*}'; NULL is the plain order;
                                     -- '{gtf}' is a record that no file had, in GTF
);

-- Fields whose line cannot be written back from the columns above: their exact bytes.
CREATE TABLE _verbatim (
    record_id INTEGER NOT NULL,      -- gff.record_id
    field     TEXT NOT NULL,         -- 'seqid', …, 'attributes' (all of column 9), 'rest' (what follows its tab), or 'line_end'
    bytes     BLOB NOT NULL,         -- as in the file
    PRIMARY KEY (record_id, field)
) WITHOUT ROWID;

-- Records that gffdb added: genes and transcripts that a file implies. Export leaves them out.
CREATE TABLE _inferred (
    record_id INTEGER PRIMARY KEY    -- gff.record_id
);

-- Problems seen while loading.
CREATE TABLE issue (
    dataset  TEXT NOT NULL,          -- dataset.dataset
    line     INTEGER,                -- line number in the file, from 1; NULL where it is about the whole
    code     TEXT NOT NULL,          -- stable name of the problem: 'coordinate-missing', 'not-utf8', …
    severity TEXT NOT NULL,          -- 'error' (the line was skipped, or the file's end), 'warning', 'info'
    text     TEXT NOT NULL           -- what was found
);

-- Length classes of index gff_type_region: a feature of `end - start` = longest or less, and more than
-- the class before, is in the class. Searching class by class bounds how far back a feature can start.
-- Class -1 has the features whose end is before their start, of any length.
CREATE TABLE _length_class (
    class   INTEGER PRIMARY KEY,     -- as the expression of index gff_type_region computes it
    longest INTEGER                  -- largest end - start in the class; NULL: any
);

-- Which classes the features of each type are in: what a search for a region goes through.
CREATE TABLE _type_length (
    type    TEXT,                    -- gff.type
    class   INTEGER NOT NULL,        -- _length_class.class
    longest INTEGER                  -- _length_class.longest
);

-- Keys that became columns of gff, in the order of the columns.
CREATE TABLE _promoted (
    position INTEGER PRIMARY KEY,    -- 0 is ID, 1 is Parent
    key      TEXT NOT NULL UNIQUE    -- the attribute's key and the column's name
);

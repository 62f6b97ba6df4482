//! What files are made of: keys, words, types, lines, bytes.

use super::numbers::Numbers;

/// Keys of attributes: usual ones, words of SQL, names that SQLite gives rows and columns, and others
/// that something may stumble over.
pub const KEYS: [&str; 76] = [
    "Name",
    "name",
    "NAME",
    "Note",
    "Alias",
    "Dbxref",
    "tag",
    "gene_name",
    "locus_tag",
    "protein_id",
    "gene_id",
    "transcript_id",
    "exon_number",
    "level",
    "ID",
    "Parent",
    "id",
    "parent",
    "true",
    "false",
    "null",
    "rowid",
    "oid",
    "_rowid_",
    "select",
    "from",
    "where",
    "order",
    "group",
    "index",
    "table",
    "values",
    "check",
    "primary",
    "default",
    "collate",
    "generated",
    "as",
    "window",
    "without",
    "set",
    "unique",
    "references",
    "gene",
    "transcript",
    "exon",
    "cds",
    "utr",
    "class",
    "link",
    "type",
    "start",
    "end",
    "seqid",
    "score",
    "attributes",
    "layout",
    "dataset",
    "record_id",
    "key",
    "value",
    "new",
    "old",
    "NEW",
    "field",
    "7",
    "1st",
    "a b",
    "a%20b",
    "Na%6De",
    "\u{e9}",
    "x'y",
    "x.y",
    "x-y",
    "Is_circular",
    "$x",
];

/// Texts that a value or a column may be made of.
pub const WORDS: [&str; 58] = [
    "a",
    "b",
    "g0",
    "t0",
    "x1",
    "ID",
    "7",
    "gene",
    "basic",
    "CCDS",
    "BRCA1",
    "true",
    "NULL",
    "",
    " ",
    "  ",
    ".",
    "%",
    "%%",
    "%25",
    "%2C",
    "%2c",
    "%zz",
    "%E9",
    "%C3%AF",
    "\u{ef}",
    "\u{1f9ec}",
    "%09",
    "%0A",
    "%3B",
    "%3D",
    "%20",
    ",",
    ",,",
    "=",
    "\"",
    "\\\"",
    "\\",
    "'",
    "''",
    "{",
    "}",
    "{ID}",
    "{*}",
    "{1}",
    "a b",
    " a",
    "a ",
    "\u{a0}",
    "\r",
    "#",
    ">",
    "&",
    "+",
    "\u{1}",
    "%00",
    "\u{feff}",
    "007",
];

pub const SEQIDS: [&str; 12] = [
    "sq0", "sq0", "sq0", "sq1", "chr1", "sq%200", "a:1-9", "HLA:A*01", ".", "", "%41%42", "\u{3b1}",
];

pub const TYPES: [&str; 22] = [
    "gene",
    "mRNA",
    "transcript",
    "exon",
    "CDS",
    "gene",
    "exon",
    "five_prime_UTR",
    "start_codon",
    "ncRNA",
    "pseudogene",
    "region",
    "chromosome",
    "intron",
    "match",
    "tRNA_gene",
    "ge%6ee",
    ".",
    "",
    "lnc_RNA",
    "three_prime_utr",
    "Selenocysteine",
];

pub const OTHER_LINES: [&str; 20] = [
    "",
    "  ",
    "\t\t",
    "#",
    "# a comment",
    "#!x",
    "###",
    "##gff-version 3",
    "##gtf",
    "##sequence-region sq0 1 2000",
    "##sequence-region sq1 1 100",
    "##sequence-region sq%200 1 5",
    "##sequence-region sq0 x",
    "##sequence-region sq9 1 0",
    "##fasta",
    "##FASTA ",
    "no record",
    "a\tb\tc\td\te\tf\tg\th",
    "a\tb\tc\t1\t2\t.\t+\t.\t.\t",
    "sq0\t.\tgene\t9\t8\t.\t+\t.\tID=back",
];

pub const FASTA: [&str; 6] = [
    "##FASTA\n>sq0 first\nACGTACGT\nAC\n>sq1\nA\n",
    "##FASTA\r\n>sq0 x\r\nAC\r\nGT",
    ">sq0\nAC\n\n# x\n>",
    "##FASTA",
    "##FASTA\n",
    ">sq2\nACG T\nsq0\t.\tgene\t1\t2\t.\t+\t.\tID=in\n>\nAC",
];

/// Small files of every kind, to be changed.
pub const SMALL: [&str; 9] = [
    "##gff-version 3\n##sequence-region sq0 1 2000\n\
     sq0\t.\tgene\t8\t1300\t.\t+\t.\tID=g0;Name=a%2Cb;Alias=x,y\n\
     sq0\t.\tmRNA\t8\t1300\t.\t+\t.\tID=t0;Parent=g0\n\
     sq0\t.\tCDS\t8\t130\t0.50\t+\t0\tID=c0;Parent=t0\n\
     sq0\t.\tCDS\t208\t230\t1e-05\t+\t2\tParent=t0,t1;ID=c0\n###\n",
    "sq0\tx\tgene\t8\t1300\t.\t+\t.\tgene_id \"g0\"; gene_name \"a;b\";\n\
     sq0\tx\ttranscript\t8\t1300\t.\t+\t.\tgene_id \"g0\"; transcript_id \"t0\"; level 2;\n\
     sq0\tx\texon\t8\t130\t.\t-\t.\ttranscript_id \"t1\"; gene_id \"g0\"; tag \"a\"; tag \"b\"\n",
    "sq0\tAUGUSTUS\tgene\t8\t130\t0.9\t+\t.\tg1\n\
     sq0\tAUGUSTUS\ttranscript\t8\t130\t.\t+\t.\tg1.t1\n\
     sq0\tAUGUSTUS\tCDS\t8\t130\t1\t+\t0\ttranscript_id \"g1.t1\"; gene_id \"g1\";\n",
    "\u{feff}sq%200\ta%2Cb\tge%6ee\t8\t13\t.\t+\t.\tID = a%3Bb ; Note=c%2Cd;Parent=%zz\r\n\r\n\
     sq0\tcurated\tSequence\t008\t+13\t1E2\t*\t3\tSequence \"B1\" ; Note \"a; b\" ; Target \"x\" 10 21\r\n",
    "sq0\t.\tregion\t1\t120\t.\t+\t.\tID=sq0;Is_circular=true\n\
     sq0\t.\tgene\t110\t30\t.\t?\t.\tID=g\n##FASTA\n>sq0 x\nACGTAC\nGT\n",
    "# caf\u{e9}\n##fasta\nsq0\t.\tgene\t4294967297\t9223372036854775807\t-0\t.\t-1\t.\n>sq0\nAC\n\n>sq1",
    "sq0\t.\tmRNA\t8\t13\t.\t+\t.\tLack 3'-end;ID=x;;y=;=v; \nsq0\t.\texon\t8\t13\t.\t+\t.\tParent=x; ID= e\n",
    "sq0\t.\texon\t8\t13\t.\t+\t.\tgene_id \"\"; transcript_id \"t\\\"1\"; note \"the 5\" end\"; x \"open\n\
     sq0\t.\texon\t8\t13\t.\t+\t.\tgene_id=g; transcript_id=t\n",
    "sq0\tx\texon\t1\t50\t.\t+\t.\tgene_id \"G1\" transcript_id \"T1\" tag \"a\" tag \"b\"\n\
     sq0\tx\tCDS\t1\t50\t.\t+\t.\tID=c;Parent=T1,T%2C2\n",
];

/// Bytes that the formats give a meaning, and some that they do not.
pub const BYTES: &[u8] = b"\t\n\r ;=,\"\\%#>.+-0279aGI{}*'\0\x1b\x7f\xc3\xe9\xff";

/// A key, nearly always of a kind that may become a column.
pub fn key(n: &mut Numbers) -> String {
    match n.below(20) {
        0 => word(n),
        1 => format!("key{}", n.below(30)),
        _ => String::from(n.pick(&KEYS)),
    }
}

/// A text of none to three words.
pub fn word(n: &mut Numbers) -> String {
    (0..n.below(4)).map(|_| n.pick(&WORDS)).collect()
}

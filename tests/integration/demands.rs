//! What users of other tools ask for of real files, demand by demand: a small file, what is asked of
//! it, and every byte back.

use crate::{reread, workdir::Workdir};

/// What is asked: SQL, or the arguments of `gffdb query`, with the lines that answer it.
enum Ask {
    Sql(&'static str, &'static [&'static str]),
    Query(&'static [&'static str], &'static [&'static str]),
}

use Ask::{Query, Sql};

/// A demand, records with blanks for tabs, options of `convert`, and what is asked.
struct Demand {
    name: &'static str,
    lines: &'static [&'static str],
    options: &'static [&'static str],
    asks: &'static [Ask],
}

const CHILDREN: &str = "SELECT c.type, c.start, p.ID, p.seqid FROM link \
    JOIN gff AS c ON c.record_id = link.child JOIN gff AS p ON p.record_id = link.parent \
    ORDER BY c.record_id, p.record_id";

const DEMANDS: &[Demand] = &[
    Demand {
        name: "a CDS on several lines is one feature, and its ID is no key",
        lines: &[
            "sq0 . mRNA 1 90 . + . ID=t",
            "sq0 . CDS 1 30 . + 0 ID=c;Parent=t",
            "sq0 . CDS 61 90 . + 0 ID=c;Parent=t",
        ],
        options: &[],
        asks: &[
            Query(
                &["--id", "c", "--format", "bed"],
                &["sq0 0 30 c 0 +", "sq0 60 90 c 0 +"],
            ),
            Sql(CHILDREN, &["CDS|1|t|sq0", "CDS|61|t|sq0"]),
        ],
    },
    Demand {
        name: "one ID on two sequences: no child changes sequence",
        lines: &[
            "chrX . gene 1 90 . + . ID=g",
            "chrX . mRNA 1 90 . + . ID=t;Parent=g",
            "chrY . gene 5 95 . + . ID=g",
            "chrY . mRNA 5 95 . + . ID=t;Parent=g",
        ],
        options: &[],
        asks: &[Sql(CHILDREN, &["mRNA|1|g|chrX", "mRNA|5|g|chrY"])],
    },
    Demand {
        name: "';', ',' and quotes in a GTF value, first on a late line, among lines of GFF3",
        lines: &[
            "sq0 . gene 1 9 . + . ID=g1",
            "sq0 . gene 11 19 . + . ID=g2",
            r#"sq0 . gene 21 29 . + . gene_id "g3"; note "a; b, \"c\""; gene_name "n;m";"#,
        ],
        options: &["--promote", "note"],
        asks: &[Sql(
            "SELECT ID, note FROM gff",
            &["g1|", "g2|", r#"g3|a; b, "c""#],
        )],
    },
    Demand {
        name: "several parents have the child each",
        lines: &[
            "sq0 . mRNA 1 90 . + . ID=t1",
            "sq0 . mRNA 1 90 . + . ID=t2,x",
            "sq0 . mRNA 1 90 . + . ID=t%2C3",
            "sq0 . exon 1 30 . + . Parent=t1,t%2C3",
        ],
        options: &[],
        asks: &[
            Sql(CHILDREN, &["exon|1|t1|sq0", "exon|1|t,3|sq0"]),
            Query(
                &["--id", "t1", "--with", "children", "--format", "bed"],
                &["sq0 0 90 t1 0 +", "sq0 0 30 . 0 +"],
            ),
        ],
    },
    Demand {
        name: "escapes are decoded once, also in columns 1 to 3, and an invalid one stands",
        lines: &["chr%201 a%2Cb ge%6ee 1 9 . + . ID=a%3Bb;Note=100%25%zz"],
        options: &["--promote", "Note"],
        asks: &[
            Sql(
                "SELECT seqid, source, type, ID, Note FROM gff",
                &["chr 1|a,b|gene|a;b|100%%zz"],
            ),
            Query(
                &["--region", "chr 1:1-9", "--format", "gff3"],
                &[
                    "##gff-version 3",
                    "chr%201 a%2Cb ge%6ee 1 9 . + . ID=a%3Bb;Note=100%25%zz",
                ],
            ),
        ],
    },
    Demand {
        name: "coordinates around 2^29, 2^31 and 2^32 are found where they are",
        lines: &[
            "sq0 . gene 536870912 536870913 . + . ID=a",
            "sq0 . gene 2147483647 2147483649 . + . ID=b",
            "sq0 . gene 4294967295 4294967297 . + . ID=c",
        ],
        options: &[],
        asks: &[
            Query(
                &["--region", "sq0:536870913-536870913", "--format", "bed"],
                &["sq0 536870911 536870913 a 0 +"],
            ),
            Query(
                &["--region", "sq0:2147483649-4294967294", "--format", "bed"],
                &["sq0 2147483646 2147483649 b 0 +"],
            ),
            Query(
                &["--region", "sq0:4294967297-4294967298", "--format", "bed"],
                &["sq0 4294967294 4294967297 c 0 +"],
            ),
        ],
    },
    Demand {
        name: "no IDs, and children before their parents",
        lines: &[
            "sq0 . exon 1 30 . + . Parent=t",
            "sq0 . exon 41 50 . + . Parent=lost",
            "sq0 . mRNA 1 90 . + . ID=t;Parent=g",
            "sq0 . gene 1 90 . + . ID=g",
        ],
        options: &[],
        asks: &[
            Sql(CHILDREN, &["exon|1|t|sq0", "mRNA|1|g|sq0"]),
            Sql(
                "SELECT code, text FROM issue",
                &[r#"parent-missing|no record has ID "lost", which is Parent of 1 record"#],
            ),
        ],
    },
    Demand {
        name: "every value of a repeated key",
        lines: &[
            r#"sq0 . transcript 1 90 . + . gene_id "g"; transcript_id "t"; tag "CCDS"; tag "basic";"#,
            "sq0 . gene 1 90 . + . ID=h;tag=basic,MANE;tag=basic",
        ],
        options: &["--values", "tag", "--no-infer"],
        asks: &[Sql(
            "SELECT record_id, value FROM attribute_value ORDER BY rowid",
            &["1|CCDS", "1|basic", "2|basic", "2|MANE", "2|basic"],
        )],
    },
    Demand {
        name: "what follows a line that only looks like ##FASTA is no sequence",
        lines: &[
            "sq0 . gene 1 9 . + . ID=a",
            "##FASTA of the proteins",
            "##FASTA-stats 3",
            "sq0 . gene 11 19 . + . ID=b",
            ">sq0",
            "sq0 . gene 21 29 . + . ID=c",
        ],
        options: &[],
        asks: &[Sql("SELECT ID FROM gff", &["a", "b", "c"])],
    },
    Demand {
        name: "a region at the origin of a circle finds the gene that goes over it",
        lines: &[
            "p . region 1 120 . + . ID=p;Is_circular=true",
            "p . gene 110 130 . + . ID=over",
            "p . gene 30 40 . + . ID=far",
        ],
        options: &[],
        asks: &[Query(
            &["--region", "p:1-20", "--type", "gene", "--format", "bed"],
            &["p 109 130 over 0 +"],
        )],
    },
    Demand {
        name: "the parts of rps12 keep their strands, phases and order",
        lines: &[
            "pt . gene 70 99 . - . ID=rps12;exception=trans-splicing;part=1",
            "pt . gene 140 160 . + . ID=rps12;exception=trans-splicing;part=2",
            "pt . CDS 70 99 . - 0 ID=c;Parent=rps12;part=1",
            "pt . CDS 140 160 . + 2 ID=c;Parent=rps12;part=2",
        ],
        options: &[],
        asks: &[
            Query(
                &["--id", "c", "--format", "bed"],
                &["pt 69 99 c 0 -", "pt 139 160 c 0 +"],
            ),
            Sql(
                "SELECT ID, strand, phase FROM gff WHERE type = 'CDS' ORDER BY record_id",
                &["c|-|0", "c|+|2"],
            ),
        ],
    },
    Demand {
        name: "gene and transcript of one name are two features, and nothing is its own parent",
        lines: &[
            r#"sq0 FlyBase gene 1 90 . + . gene_id "FBgn1";"#,
            r#"sq0 FlyBase mRNA 1 90 . + . gene_id "FBgn1"; transcript_id "FBgn1";"#,
            r#"sq0 FlyBase exon 1 90 . + . gene_id "FBgn1"; transcript_id "FBgn1";"#,
            "sq0 . gene 101 190 . + . ID=s;Parent=s",
        ],
        options: &[],
        asks: &[Sql(
            "SELECT c.type, p.type FROM link JOIN gff AS c ON c.record_id = link.child JOIN gff AS p ON p.record_id = link.parent ORDER BY c.record_id",
            &["mRNA|gene", "exon|mRNA"],
        )],
    },
    Demand {
        name: "several CDS of one transcript, and CDS right below a gene",
        lines: &[
            "op . mRNA 1 90 . + . ID=poly",
            "op . CDS 1 30 . + 0 ID=c1;Parent=poly",
            "op . CDS 31 60 . + 0 ID=c2;Parent=poly",
            "op . gene 101 190 . + . ID=b;locus_tag=B_1",
            "op . CDS 101 190 . + 0 ID=c3;Parent=b;locus_tag=B_1",
        ],
        options: &[],
        asks: &[
            Sql(
                "SELECT ID, Parent FROM cds",
                &["c1|poly", "c2|poly", "c3|b"],
            ),
            Query(
                &["--id", "b", "--with", "descendants", "--format", "bed"],
                &["op 100 190 b 0 +", "op 100 190 c3 0 +"],
            ),
        ],
    },
];

fn lines(lines: &[&str]) -> String {
    let tabs = |line: &&str| match line.starts_with(['#', '>']) {
        true => format!("{line}\n"),
        false => line.splitn(9, ' ').collect::<Vec<_>>().join("\t") + "\n",
    };
    lines.iter().map(tabs).collect()
}

#[test]
fn every_demand_on_real_files_is_met() {
    for demand in DEMANDS {
        let (name, text) = (demand.name, lines(demand.lines));
        let dir = Workdir::new();
        dir.file("a.gff", &text);
        let args = ["convert", "a.gff", "-o", "a.sqlite", "--quiet"];
        assert_eq!(dir.gffdb(args.iter().chain(demand.options)).stdout(), "");
        let verified = dir.gffdb(["verify", "a.sqlite", "a.gff"]).stdout();
        assert!(verified.starts_with("a: identical, "), "{name}: {verified}");
        let database = reread::open(&dir.path("a.sqlite"));
        for ask in demand.asks {
            match ask {
                Sql(sql, expected) => {
                    assert_eq!(reread::rows(&database, sql), *expected, "{name}");
                }
                Query(args, expected) => {
                    let args = ["query", "a.sqlite"].iter().chain(*args);
                    assert_eq!(dir.gffdb(args).stdout(), lines(expected), "{name}");
                }
            }
        }
    }
}

/// Lines as programs and projects write them, shortened: what is odd about each, and what the row
/// holds: `ID`, `Parent`, the rest.
const PROVIDERS: &[(&str, &str, &str)] = &[
    (
        "RefSeq GTF: empty transcript_id, ';' in quotes",
        "NC_1 RefSeq gene 1 9 . + . gene_id \"G\"; transcript_id \"\"; db_xref \"GeneID:1\"; note \"a; b\"; ",
        "G||transcript_id \"\"; db_xref \"GeneID:1\"; note \"a; b\"; ",
    ),
    (
        "RefSeq GFF3: an ID with ':'",
        "NC_1 RefSeq CDS 1 9 . + 0 ID=cds-NP_1.1;Parent=rna-NM_1.1;Dbxref=CCDS:C1,GeneID:1;Note=a%3B b",
        "cds-NP_1.1|rna-NM_1.1|Dbxref=CCDS:C1,GeneID:1;Note=a%3B b",
    ),
    (
        "Ensembl",
        "1 ensembl gene 1 9 . + . ID=gene:E1;Name=n;description=x [Source:HGNC Symbol%3BAcc:HGNC:1]",
        "gene:E1||Name=n;description=x [Source:HGNC Symbol%3BAcc:HGNC:1]",
    ),
    (
        "GENCODE: keys before the ID",
        "chr1 HAVANA gene 1 9 . + . gene_id=E.1;ID=E.1_PAR_Y;level=2",
        "E.1_PAR_Y||gene_id=E.1;level=2",
    ),
    (
        "FlyBase: escapes, and a trailing ';'",
        "2L FlyBase gene 1 9 . + . ID=FBgn1;Name=mod(mdg4);Alias=a%2Cb,c;",
        "FBgn1||Name=mod(mdg4);Alias=a%2Cb,c;",
    ),
    (
        "WormBase: ';' escaped, a trailing blank",
        "I WormBase intron 1 9 . + . Parent=Transcript:Y7.1;Note=a %3B b %3B ",
        "|Transcript:Y7.1|Note=a %3B b %3B ",
    ),
    (
        "SGD: a value in quotes",
        "chrI SGD gene 1 9 . + . ID=YAL1;Note=\"x\",y;display=a=b",
        "YAL1||Note=\"x\",y;display=a=b",
    ),
    (
        "TAIR: two parents of two kinds",
        "Chr1 TAIR10 CDS 1 9 . + 0 Parent=AT1.1,AT1.1-Protein;",
        "|AT1.1,AT1.1-Protein|",
    ),
    (
        "Phytozome",
        "Chr01 phytozome mRNA 1 9 . + . ID=P.1.v2;Name=P.1;pacid=2;longest=1;Parent=P.v2",
        "P.1.v2|P.v2|Name=P.1;pacid=2;longest=1",
    ),
    (
        "Prokka",
        "c1 Prodigal:2.6 CDS 1 9 . + 0 ID=X_1;inference=ab initio prediction:Prodigal:2.6;product=5'-x",
        "X_1||inference=ab initio prediction:Prodigal:2.6;product=5'-x",
    ),
    (
        "Bakta: '?' for a strand",
        "c1 Pyrodigal CDS 1 9 . ? 0 ID=B_1;Name=x;Dbxref=UniRef:50,SO:0001217",
        "B_1||Name=x;Dbxref=UniRef:50,SO:0001217",
    ),
    (
        "MAKER: a name with the sequence in it",
        "c1 maker mRNA 1 9 0.5 + . ID=maker-c1-m-1;Parent=g;_AED=0.05;_QI=0|0|0",
        "maker-c1-m-1|g|_AED=0.05;_QI=0|0|0",
    ),
    (
        "StringTie: a number in quotes",
        "c1 StringTie transcript 1 9 1000 . . gene_id \"STRG.1\"; transcript_id \"STRG.1.1\"; cov \"1.5\";",
        "STRG.1.1|STRG.1|cov \"1.5\";",
    ),
    (
        "Liftoff",
        "c1 Liftoff gene 1 9 . + . ID=g;coverage=1.0;sequence_ID=1.0;extra_copy_number=0",
        "g||coverage=1.0;sequence_ID=1.0;extra_copy_number=0",
    ),
    (
        "nothing between semicolons",
        "c1 x gene 1 9 . + . ;;ID=g;;=;a=;flag; ",
        "g||;;;=;a=;flag; ",
    ),
];

#[test]
fn a_line_of_every_provider_comes_back() {
    for (name, line, expected) in PROVIDERS {
        let dir = Workdir::new();
        dir.file("a.gff", lines(&[line]));
        let args = [
            "convert",
            "a.gff",
            "-o",
            "a.sqlite",
            "--quiet",
            "--no-infer",
        ];
        assert_eq!(dir.gffdb(args).stdout(), "");
        let database = reread::open(&dir.path("a.sqlite"));
        assert_eq!(
            reread::file(&database, "a"),
            lines(&[line]).as_bytes(),
            "{name}"
        );
        assert_eq!(
            reread::rows(&database, "SELECT ID, Parent, attributes FROM gff"),
            [*expected],
            "{name}"
        );
        let verbatim: i64 = reread::one(&database, "SELECT COUNT(*) FROM _verbatim");
        assert_eq!(verbatim, 0, "{name}");
    }
}

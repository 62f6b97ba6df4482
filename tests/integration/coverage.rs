//! `gffdb coverage`: groups, strands, stretches.

use crate::workdir::Workdir;

const FILE: &str = "\
##gff-version 3
##sequence-region c 1 1000
##sequence-region e 1 50
c\t.\tgene\t101\t200\t.\t+\t.\tID=g;biotype=coding
c\t.\tgene\t151\t300\t.\t-\t.\tID=h
c\t.\tgene\t301\t310\t.\t+\t.\tID=i;biotype=coding
c\t.\texon\t101\t110\t.\t+\t.\tParent=g
u\t.\tgene\t11\t20\t.\t.\t.\tID=j
p\t.\tregion\t1\t100\t.\t.\t.\tID=p;Is_circular=true
p\t.\tgene\t91\t110\t.\t+\t.\tID=k
p\t.\tgene\t6\t15\t.\t+\t.\tID=l
";

#[test]
fn coverage_is_as_computed_by_hand() {
    let dir = Workdir::new();
    dir.file("a.gff3", FILE);
    dir.gffdb(["convert", "-q", "a.gff3", "-o", "a.sqlite"])
        .both();
    for (args, expected) in [
        (
            &["--type", "gene"][..],
            "dataset\tseqid\tlength\tfeatures\tsummed_bp\tmerged_bp\tfraction\n\
             a\tc\t1000\t3\t260\t210\t0.21\n\
             a\tp\t100\t2\t30\t25\t0.25\n\
             a\tu\t\t1\t10\t10\t\n",
        ),
        (
            &[],
            "dataset\tseqid\tlength\tfeatures\tsummed_bp\tmerged_bp\tfraction\na\tc\t1000\t1\t10\t10\t0.01\n",
        ),
        (
            &["--type", "gene", "--by", "dataset", "--format", "csv"],
            "dataset,length,features,summed_bp,merged_bp,fraction\na,,6,300,245,\n",
        ),
        (
            &["--by", "type", "--type", "gene,exon", "--no-header"],
            "a\texon\t\t1\t10\t10\t\na\tgene\t\t6\t300\t245\t\n",
        ),
        (
            &[
                "--by",
                "biotype",
                "--type",
                "gene",
                "--stranded",
                "--no-header",
                "--attr",
                "biotype",
            ],
            "a\tcoding\t+\t\t2\t110\t110\t\n",
        ),
        (
            &["--stranded", "--type", "gene", "--no-header"],
            "a\tc\t+\t1000\t2\t110\t110\t0.11\n\
             a\tc\t-\t1000\t1\t150\t150\t0.15\n\
             a\tp\t+\t100\t2\t30\t25\t0.25\n\
             a\tu\t\t\t1\t10\t10\t\n",
        ),
        (
            &["--type", "gene", "--merged"],
            "c\t100\t310\np\t0\t15\np\t90\t100\nu\t10\t20\n",
        ),
        (
            &["--type", "gene", "--merged", "--stranded"],
            "c\t100\t200\t.\t0\t+\nc\t300\t310\t.\t0\t+\nc\t150\t300\t.\t0\t-\n\
             p\t0\t15\t.\t0\t+\np\t90\t100\t.\t0\t+\nu\t10\t20\t.\t0\t.\n",
        ),
        (
            &["--type", "gene", "--complement"],
            "c\t0\t100\np\t15\t90\nc\t310\t1000\ne\t0\t50\n",
        ),
    ] {
        let command = ["coverage", "-q", "a.sqlite"];
        let found = dir.gffdb(command.iter().chain(args)).stdout();
        let sorted = |text: &str| {
            let mut lines: Vec<&str> = text.lines().collect();
            if args.contains(&"--merged") {
                lines.sort_unstable();
            }
            lines.join("\n")
        };
        assert_eq!(sorted(&found), sorted(expected), "{args:?}");
    }
    let (_, said) = dir.gffdb(["coverage", "a.sqlite", "--type", "CDS"]).both();
    assert!(
        said.contains("no features with coordinates were chosen"),
        "{said}"
    );
}

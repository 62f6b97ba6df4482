//! Files, and all that may be asked of them.

/// Hierarchy, several parents, missing ones, a circle, an ID on two sequences, odd spellings.
pub const GFF3: &str = "\
##gff-version 3
##sequence-region sq0 1 9000
##sequence-region ring 1 1000
sq0	NOODLES	gene	101	900	.	+	.	ID=g0;locus_tag=n0;tag=a,b
sq0	NOODLES	mRNA	101	900	0.90	+	.	ID=t0;Parent=g0;locus_tag=n0
sq0	NOODLES	mRNA	101	900	.	+	.	Parent=g0;ID=t1;
sq0	NOODLES	exon	101	400	.	+	.	ID=e0;Parent=t0,t1
sq0	NOODLES	exon	601	900	.	+	.	ID=e1;Parent=t0,t1
sq0	NOODLES	five_prime_UTR	101	150	.	+	.	Parent=t0
sq0	NOODLES	CDS	151	400	.	+	0	ID=c0;Parent=t0;locus_tag=n1
sq0	NOODLES	CDS	0601	800	.	+	2	ID=c0;Parent=t0;locus_tag=n1
# a comment
sq0	other%20one	mRNA	2001	2900	1e-3	-	.	ID=t2;Parent=g1
sq0	other%20one	CDS	2101	2199	.	-	0	Parent=t3
sq0	NOODLES	exon	3001	3100	.	?	.	Parent=t4
sq0	NOODLES	gene	4001	4100	.	-	.	ID=twice;locus_tag=n2
sq1	NOODLES	gene	4001	4100	.	-	.	ID=twice
sq2	NOODLES	exon	4001	4100	.	-	.	Parent=twice
ring	NOODLES	region	1	1000	.	+	.	ID=ring;Is_circular=true
ring	NOODLES	gene	901	1100	.	+	.	ID=round
ring	NOODLES	CDS	901	1100	.	+	0	ID=c1;Parent=round
ring	NOODLES	gene	1	90	.	+	.	ID=first
###
";

/// Genes and transcripts that are only named, bare names, stop codons.
pub const GTF: &str = "\
#!genome-build none
sq0	NOODLES	gene	101	900	.	+	.	gene_id \"g0\"; locus_tag \"n0\";
sq0	NOODLES	transcript	101	900	.	+	.	gene_id \"g0\"; transcript_id \"t0\"; tag \"a\"; tag \"b\";
sq0	NOODLES	exon	101	400	.	+	.	gene_id \"g0\"; transcript_id \"t0\"; exon_number 1;
sq0	NOODLES	exon	601	900	0.50	+	.	gene_id \"g0\"; transcript_id \"t0\"; exon_number 2;
sq0	NOODLES	CDS	151	400	.	+	0	gene_id \"g0\"; transcript_id \"t0\"; exon_number 1;
sq0	NOODLES	CDS	601	800	.	+	2	gene_id \"g0\"; transcript_id \"t0\"; exon_number 2;
sq0	NOODLES	stop_codon	801	803	.	+	0	gene_id \"g0\"; transcript_id \"t0\"; exon_number 2;
# a comment
sq0	AUGUSTUS	gene	2001	2900	.	-	.	g1
sq0	AUGUSTUS	transcript	2001	2900	.	-	.	g1.t1
sq0	AUGUSTUS	CDS	2001	2050	.	-	0	transcript_id \"g1.t1\"; gene_id \"g1\";
sq0	AUGUSTUS	exon	2001	2900	.	-	.	transcript_id \"g1.t1\"; gene_id \"g1\";
sq0	NOODLES	exon	3001	3100	.	-	.	gene_id \"g2\"; transcript_id \"t2\";
sq0	NOODLES	CDS	3001	3100	.	-	1	gene_id \"g2\"; transcript_id \"t2\";
sq1	NOODLES	exon	3001	3100	.	+	.	gene_id \"g2\"; transcript_id \"t2\";
sq1	NOODLES	exon	4001	4100	.	+	.	gene_id \"\"; transcript_id \"t3\";
ring	NOODLES	exon	1	90	.	+	.	gene_id \"g4\"; transcript_id \"t4\";
sq1	NOODLES	region	1	9000	.	.	.	.
";

/// Questions, an argument a word: `@` is the database, `b.sqlite` the edited one, `FILE` what was loaded,
/// `KEYS` what is promoted.
pub const QUESTIONS: &str = "\
info @ --all
info @ --json
verify @
export @
export @ --inferred
query @
query @ -f gtf
query @ -f bed
query @ -f bed12
query @ -f tsv
query @ -f csv
query @ -f json
query @ -f jsonl
query @ -f table
query @ -f markdown
query @ -f ids
query @ --count
query @ -f gtf --stop-codon in
query @ -f bed12 --stop-codon out
query @ --stop-codon in
query @ --stop-codon out
query @ -r ring:1-50 -r sq0:1-700 -r sq1
query @ -r ring:950-1050 -t gene -f tsv
query @ -r sq0:101-800 --mode within --count
query @ -r sq0:200-300 --mode contains -t class:transcript
query @ -R regions.bed
query @ -R regions.bed --with-query -f tsv
query @ -R regions.bed --count
query @ -R many.bed -f ids
query @ -R many.bed --with parents -f jsonl
query @ -R many.bed --with-query -t exon -f tsv
query @ -i g0,t2,twice,round
query @ -i gene:g0.1 --loose-ids -f csv
query @ --ids-file ids.txt -w family
query @ -n n0
query @ -n N? --glob --ignore-case -t gene
query @ -t gene -w children
query @ -t class:gene -w descendants -f gtf
query @ -t exon -w parents
query @ -t exon,CDS -w ancestors -f bed12
query @ -t CDS -w family -f table
query @ -r sq0:1-500 -w family
query @ --source NOODLES --strand + --strand . --count
query @ --dataset one -f bed
query @ -a locus_tag=n0 -a locus_tag
query @ -a tag~^a
query @ -a tag=b
query @ --where start>500 --where type<>'gene' -f ids
query @ --limit 3 -t exon
query @ --sample 4 --seed 7 -t exon,CDS,gene
query @ -t gene --show-sql -w family
query @ -r ring:1-50 --show-sql
query @ -t gene --explain -w family
query @ -r ring:1-50 --explain
query @ --names other -f bed
sql @ SELECT/**/sql/**/FROM/**/sqlite_schema
sql @ SELECT*FROM/**/gene
sql @ SELECT*FROM/**/transcript --format json
sql @ SELECT*FROM/**/exon
sql @ SELECT*FROM/**/cds
sql @ SELECT*FROM/**/utr
sql @ SELECT*FROM/**/chromosome
sql @ SELECT*FROM/**/child_of/**/ORDER/**/BY/**/1,2,3
sql @ SELECT*FROM/**/link/**/ORDER/**/BY/**/1,2,3
sql @ SELECT*FROM/**/overlapping('ring',1,50)
sql @ SELECT*FROM/**/overlapping('sq0',300,700)
sql @ SELECT*FROM/**/descendants('g0')
sql @ SELECT*FROM/**/ancestors('e0')
sql @ SELECT*FROM/**/_inferred
sql @ SELECT*FROM/**/issue
sql @ SELECT*FROM/**/sequence
sql @ SELECT*FROM/**/_verbatim
sql @ SELECT*FROM/**/_multi_parent
sql @ SELECT*FROM/**/_type_length
sql @ SELECT*FROM/**/attribute_value
export b.sqlite
query b.sqlite -r new:1-700 -r newer:1-3
query b.sqlite -t exon -w ancestors
sql b.sqlite SELECT*FROM/**/_verbatim
sql b.sqlite SELECT*FROM/**/_multi_parent
convert two.gff3 -o a.sqlite --append --promote KEYS
export a.sqlite --dataset two
query a.sqlite -f json
convert two.gff3 -o a.sqlite --append --replace --promote KEYS --index locus_tag
convert FILE -o a.sqlite --append --replace --infer
query a.sqlite -w ancestors -t exon
verify a.sqlite
";

/// Edits.
pub const EDITS: &str = "\
UPDATE gff SET seqid = 'new', start = start + 1 WHERE record_id IN (2, 4);
UPDATE gff SET type = 'pseudogene', Parent = 'x,y' WHERE record_id = 5;
UPDATE gff SET ID = 'renamed', attributes = 'tag=z' WHERE record_id = 3;
UPDATE gff SET record_id = 900, strand = '-' WHERE record_id = 7;
DELETE FROM gff WHERE record_id = 8;
INSERT INTO gff (dataset, seqid, source, type, start, \"end\", ID, Parent) VALUES ('one', 'newer', 'me', 'exon', 5, 2000, 'i0', 'g0,t0');
INSERT INTO gff (dataset, seqid, type, start, \"end\") VALUES ('one', 'newer', 'gene', 5, 60000);
";

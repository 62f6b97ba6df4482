-- The transcript that stands for a gene: the first of these rules that any of its transcripts meets.
--
-- mane_select, mane_plus_clinical, ensembl_canonical, appris (appris_principal_1 before _2, …), tsl
-- (transcript_support_level 1 before 2, …), ccds: by the tags of Ensembl, GENCODE and RefSeq; longest_cds; longest: most
-- bases in exons; first: in the order of the file, where none is longer than another. Where several transcripts meet a
-- rule, the one with the longest CDS is taken, then the one with most bases in exons, then the first of the file.
CREATE VIEW representative AS
SELECT
    dataset,                                    -- dataset.dataset
    seqid,                                      -- gff.seqid
    start,                                      -- first base, 1-based
    "end",                                      -- last base, inside; beyond the length of a circle where it goes over the origin
    strand,                                     -- '+' or '-'; NULL where it is not known or differs
    transcript,                                 -- ID of the transcript; NULL where it has none
    gene,                                       -- ID of the gene
    transcript_record,                          -- gff.record_id of the transcript's first line
    gene_record,                                -- gff.record_id of the gene's first line
    rule,                                       -- the rule that chose it
    origin                                      -- 'derived'
FROM (
    SELECT
        dataset, seqid, start, "end", strand, transcript, gene, transcript_record, gene_record,
        CASE
            WHEN rank = 1 THEN 'mane_select'
            WHEN rank = 2 THEN 'mane_plus_clinical'
            WHEN rank = 3 THEN 'ensembl_canonical'
            WHEN rank BETWEEN 10 AND 19 THEN 'appris'
            WHEN rank BETWEEN 20 AND 29 THEN 'tsl'
            WHEN rank = 30 THEN 'ccds'
            WHEN cds_bp > 0 THEN 'longest_cds'
            WHEN shortest < longest OR transcripts = 1 THEN 'longest'
            ELSE 'first'
        END AS rule,
        'derived' AS origin,
        ROW_NUMBER() OVER (
            PARTITION BY gene_record, dataset, gene ORDER BY rank, cds_bp DESC, exon_bp DESC, transcript_record
        ) AS place
    FROM (
        SELECT
            *,
            MIN(exon_bp) OVER (PARTITION BY gene_record, dataset, gene) AS shortest,
            MAX(exon_bp) OVER (PARTITION BY gene_record, dataset, gene) AS longest,
            COUNT(*) OVER (PARTITION BY gene_record, dataset, gene) AS transcripts
        FROM (
            SELECT
                gene_record, transcript_record, dataset, seqid, gene, transcript, start, "end", strand, exon_bp, cds_bp,
                coalesce((
                    SELECT MIN(CASE
                        WHEN key = 'tag' AND value IN ('MANE_Select', 'MANE Select') THEN 1
                        WHEN key = 'tag' AND value IN ('MANE_Plus_Clinical', 'MANE Plus Clinical') THEN 2
                        WHEN key = 'tag' AND value = 'Ensembl_canonical' THEN 3
                        WHEN key = 'tag' AND value GLOB 'appris_principal_[1-5]'
                            THEN 10 + instr('12345', substr(value, 18, 1))
                        WHEN key = 'tag' AND value = 'appris_principal' THEN 11
                        WHEN key = 'transcript_support_level' AND value GLOB '[1-5]*'
                            THEN 20 + instr('12345', substr(value, 1, 1))
                        WHEN key = 'tag' AND value = 'CCDS' OR key IN ('ccds_id', 'ccdsid')
                            OR key IN ('Dbxref', 'db_xref') AND value GLOB 'CCDS:*' THEN 30
                    END)
                    FROM attribute WHERE record_id = transcript_record
                ), 99) AS rank
            FROM (
                SELECT
                    gene_record, transcript_record, dataset, seqid, gene, transcript, class, transcript_start AS start, transcript_end AS "end", transcript_strand AS strand,
                    SUM(CASE is_first WHEN 1 THEN stretch_end - stretch_start + 1 ELSE 0 END) OVER whole AS exon_bp,
                    SUM(CASE class WHEN 'cds' THEN "end" - start + 1 ELSE 0 END) OVER whole AS cds_bp
                FROM _part
                WINDOW whole AS (PARTITION BY gene_record, transcript_record, dataset, seqid, gene, transcript)
            ) AS measured
            WHERE class IS NULL AND gene_record IS NOT NULL
        ) AS transcript
    ) AS compared
) AS ranked
WHERE place = 1;

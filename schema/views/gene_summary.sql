-- One row for each gene: its transcripts and their exons.
CREATE VIEW gene_summary AS
SELECT
    dataset,                                    -- dataset.dataset
    seqid,                                      -- gff.seqid
    start,                                      -- first base of the gene, 1-based
    "end",                                      -- last base, inside; beyond the length of a circle where it goes over the origin
    strand,                                     -- '+' or '-'; NULL where it is not known or differs
    gene,                                       -- ID of the gene; NULL where it has none
    gene_record,                                -- gff.record_id of its first line
    transcript_count,                           -- transcripts
    exon_count,                                 -- distinct places of their exons
    exon_bp,                                    -- bases of these, each counted once
    longest_cds_bp,                             -- coding bases of the transcript that has most; NULL without CDS
    coding_transcripts,                         -- transcripts with CDS
    biotype,                                    -- gene_biotype, gene_type or biotype: the first that it has
    name,                                       -- gene_name, Name or gene: the first that it has
    origin                                      -- 'derived'
FROM (
    SELECT
        MIN(dataset) AS dataset, MIN(gene_seqid) AS seqid, MIN(gene_start) AS start, MAX(gene_end) AS "end", MIN(gene_strand) AS strand,
        gene, gene_record,
        COUNT(DISTINCT transcript_record) AS transcript_count,
        COUNT(DISTINCT CASE part WHEN 'exon' THEN CAST(start AS TEXT) || '-' || CAST("end" AS TEXT) || coalesce(seqid, '') END)
            AS exon_count,
        SUM(CASE
            WHEN part <> 'exon' THEN 0
            WHEN before IS NULL OR before < start THEN "end" - start + 1
            WHEN before < "end" THEN "end" - before
            ELSE 0
        END) AS exon_bp,
        MAX(CASE part WHEN 'cds' THEN cds_bp END) AS longest_cds_bp,
        COUNT(DISTINCT CASE part WHEN 'cds' THEN transcript_record END) AS coding_transcripts,
        (
            SELECT group_concat(value) FROM attribute
            WHERE record_id = gene_record AND key IN ('gene_biotype', 'gene_type', 'biotype') AND value <> ''
            GROUP BY key ORDER BY CASE key WHEN 'gene_biotype' THEN 0 WHEN 'gene_type' THEN 1 WHEN 'biotype' THEN 2 END LIMIT 1
        ) AS biotype,
        (
            SELECT group_concat(value) FROM attribute
            WHERE record_id = gene_record AND key IN ('gene_name', 'Name', 'gene') AND value <> ''
            GROUP BY key ORDER BY CASE key WHEN 'gene_name' THEN 0 WHEN 'Name' THEN 1 WHEN 'gene' THEN 2 END LIMIT 1
        ) AS name,
        'derived' AS origin
    FROM (
        SELECT
            dataset, seqid, gene, gene_record, transcript_record, part, start, "end",
            gene_seqid, gene_start, gene_end, gene_strand,
            MAX("end") OVER (
                PARTITION BY gene, gene_record, dataset, seqid, part
                ORDER BY start, "end" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS before,
            SUM("end" - start + 1) OVER (PARTITION BY gene, gene_record, dataset, seqid, part, transcript_record) AS cds_bp
        FROM (
            SELECT
                dataset, seqid, gene, gene_record, transcript_record, part, start, "end",
                NULL AS gene_seqid, NULL AS gene_start, NULL AS gene_end, NULL AS gene_strand
            FROM transcript_part
            WHERE gene_record IS NOT NULL AND part IN ('exon', 'cds')
            UNION ALL
            SELECT
                dataset, seqid, ID, record_id, NULL, 'gene', NULL, NULL, seqid,
                CASE last_record WHEN record_id THEN start ELSE (
                    SELECT MIN(start) FROM _feature_line AS f
                    WHERE f.ID = g.ID AND f.first_record = g.record_id AND "end" IS NOT NULL
                ) END,
                CASE last_record WHEN record_id THEN "end" ELSE (
                    SELECT MAX("end") FROM _feature_line AS f
                    WHERE f.ID = g.ID AND f.first_record = g.record_id AND start IS NOT NULL
                ) END,
                CASE last_record WHEN record_id THEN strand ELSE (
                    SELECT CASE WHEN MIN(coalesce(strand, '')) = MAX(coalesce(strand, '')) THEN MIN(strand) END
                    FROM _feature_line AS f
                    WHERE f.ID = g.ID AND f.first_record = g.record_id AND start IS NOT NULL AND "end" IS NOT NULL
                ) END
            FROM _feature_line AS g
            WHERE class = 'gene' AND first_record = record_id
        ) AS part
    ) AS placed
    GROUP BY gene, gene_record
) AS summary
WHERE start IS NOT NULL AND "end" IS NOT NULL;

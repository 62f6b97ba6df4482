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
        dataset, seqid, start, "end", strand, gene, gene_record,
        transcript_count, exon_count, exon_bp, longest_cds_bp, coding_transcripts,
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
            dataset, seqid, start, "end", strand, gene, gene_record, part,
            SUM(CASE WHEN part = 'exon' AND nth_of_transcript = 1 THEN 1 ELSE 0 END) OVER whole AS transcript_count,
            SUM(CASE WHEN part = 'exon' AND nth_of_place = 1 THEN 1 ELSE 0 END) OVER whole AS exon_count,
            SUM(CASE
                WHEN part <> 'exon' THEN 0
                WHEN before IS NULL OR before < start THEN "end" - start + 1
                WHEN before < "end" THEN "end" - before
                ELSE 0
            END) OVER whole AS exon_bp,
            MAX(CASE part WHEN 'cds' THEN bases END) OVER whole AS longest_cds_bp,
            SUM(CASE WHEN part = 'cds' AND nth_of_transcript = 1 THEN 1 ELSE 0 END) OVER whole AS coding_transcripts
        FROM (
            -- SQLite looks a gene up through window functions only where all of a SELECT have the same PARTITION BY.
            SELECT
                *,
                ROW_NUMBER() OVER (PARTITION BY gene, gene_record, dataset, part, seqid, start, "end") AS nth_of_place
            FROM (
                SELECT
                    *,
                    SUM("end" - start + 1) OVER (PARTITION BY gene, gene_record, dataset, part, transcript_record) AS bases,
                    ROW_NUMBER() OVER (PARTITION BY gene, gene_record, dataset, part, transcript_record) AS nth_of_transcript
                FROM (
                    SELECT
                        *,
                        MAX("end") OVER (
                            PARTITION BY gene, gene_record, dataset, part, seqid
                            ORDER BY start, "end" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                        ) AS before
                    FROM (
                        SELECT dataset, seqid, start, "end", strand, gene, gene_record, transcript_record, part
                        FROM transcript_part
                        WHERE gene_record IS NOT NULL AND part IN ('exon', 'cds')
                        UNION ALL
                        SELECT
                            dataset, seqid,
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
                            ) END,
                            ID, record_id, NULL, 'gene'
                        FROM _feature_line AS g
                        WHERE class = 'gene' AND first_record = record_id
                    ) AS part
                ) AS ordered
            ) AS summed
        ) AS placed
        WINDOW whole AS (PARTITION BY gene, gene_record, dataset)
    ) AS counted
    WHERE part = 'gene'
) AS summary
WHERE start IS NOT NULL AND "end" IS NOT NULL;

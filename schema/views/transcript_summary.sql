-- One row for each transcript: how many parts it has, and how long they are.
CREATE VIEW transcript_summary AS
SELECT
    dataset,                                    -- dataset.dataset
    seqid,                                      -- gff.seqid
    start,                                      -- first base, 1-based
    "end",                                      -- last base, inside; beyond the length of a circle where it goes over the origin
    strand,                                     -- '+' or '-'; NULL where it is not known or differs
    transcript,                                 -- ID of the transcript; NULL where it has none
    gene,                                       -- ID of the gene; NULL where there is none
    transcript_record,                          -- gff.record_id of the transcript's first line
    gene_record,                                -- gff.record_id of the gene's first line; NULL where there is none
    exon_count,                                 -- exons
    exon_bp,                                    -- bases of its exons, each counted once
    cds_count,                                  -- CDS lines
    cds_bp,                                     -- their bases
    protein_length,                             -- amino acids: cds_bp less the first phase, by 3, less 1 where the CDS has the stop codon, as it has in GFF3 where no stop_codon records of the dataset tell; NULL without CDS
    utr5_bp,                                    -- bases before the coding ones
    utr3_bp,                                    -- bases behind them
    intron_count,                               -- introns
    intron_bp,                                  -- their bases
    longest_intron,                             -- bases of the longest; NULL without introns
    has_start_codon,                            -- 1: a record says so; 0: none does, but for others of the dataset; NULL: not known, or no CDS
    has_stop_codon,                             -- the same of the stop codon
    biotype,                                    -- transcript_biotype, transcript_type, biotype, gene_biotype or gene_type: the first that it has
    name,                                       -- transcript_name or Name
    origin                                      -- 'derived'
FROM (
    SELECT
        gene_record, transcript_record, dataset, seqid, gene, transcript, transcript_start AS start, transcript_end AS "end", transcript_strand AS strand,
        exon_count, exon_bp, cds_count, cds_bp,
        CASE WHEN cds_count > 0 THEN CAST((cds_bp - coalesce(first_phase, 0) - (cds_bp - coalesce(first_phase, 0)) % 3) / 3 AS INTEGER) - CASE
            WHEN stops > 0 THEN CASE WHEN first_stop >= first_cds AND last_stop <= last_cds THEN 1 ELSE 0 END
            WHEN told_stop = 1 OR is_gtf = 1 THEN 0
            ELSE 1
        END END AS protein_length,
        utr5_bp, utr3_bp, intron_count, intron_bp, longest_intron,
        CASE WHEN starts > 0 THEN 1 WHEN cds_count > 0 AND told_start = 1 THEN 0 END AS has_start_codon,
        CASE WHEN stops > 0 THEN 1 WHEN cds_count > 0 AND told_stop = 1 THEN 0 END AS has_stop_codon,
        (
            SELECT group_concat(value) FROM attribute
            WHERE record_id = transcript_record AND key IN ('transcript_biotype', 'transcript_type', 'biotype', 'gene_biotype', 'gene_type') AND value <> ''
            GROUP BY key ORDER BY CASE key WHEN 'transcript_biotype' THEN 0 WHEN 'transcript_type' THEN 1 WHEN 'biotype' THEN 2 WHEN 'gene_biotype' THEN 3 WHEN 'gene_type' THEN 4 END LIMIT 1
        ) AS biotype,
        (
            SELECT group_concat(value) FROM attribute
            WHERE record_id = transcript_record AND key IN ('transcript_name', 'Name') AND value <> ''
            GROUP BY key ORDER BY CASE key WHEN 'transcript_name' THEN 0 WHEN 'Name' THEN 1 END LIMIT 1
        ) AS name,
        'derived' AS origin
    FROM (
        SELECT
            gene_record, transcript_record, dataset, seqid, gene, transcript, class, transcript_start, transcript_end, transcript_strand,
            SUM(CASE WHEN is_exon = 1 AND (has_exon = 1 OR is_first = 1) THEN 1 ELSE 0 END) OVER whole AS exon_count,
            SUM(CASE is_first WHEN 1 THEN stretch_end - stretch_start + 1 ELSE 0 END) OVER whole AS exon_bp,
            SUM(CASE class WHEN 'cds' THEN 1 ELSE 0 END) OVER whole AS cds_count,
            SUM(CASE class WHEN 'cds' THEN "end" - start + 1 ELSE 0 END) OVER whole AS cds_bp,
            MAX(CASE class WHEN 'cds' THEN first_phase END) OVER whole AS first_phase,
            MIN(CASE class WHEN 'cds' THEN start END) OVER whole AS first_cds,
            MAX(CASE class WHEN 'cds' THEN "end" END) OVER whole AS last_cds,
            SUM(utr5) OVER whole AS utr5_bp, SUM(utr3) OVER whole AS utr3_bp,
            SUM(CASE WHEN intron > 0 THEN 1 ELSE 0 END) OVER whole AS intron_count,
            SUM(intron) OVER whole AS intron_bp,
            MAX(CASE WHEN intron > 0 THEN intron END) OVER whole AS longest_intron,
            SUM(CASE WHEN class = 'codon' AND (type LIKE '%start_codon' OR type = 'SO:0000318') THEN 1 ELSE 0 END) OVER whole AS starts,
            SUM(CASE WHEN class = 'codon' AND (type LIKE '%stop_codon' OR type = 'SO:0000319') THEN 1 ELSE 0 END) OVER whole AS stops,
            MIN(CASE WHEN class = 'codon' AND (type LIKE '%stop_codon' OR type = 'SO:0000319') THEN start END) OVER whole AS first_stop,
            MAX(CASE WHEN class = 'codon' AND (type LIKE '%stop_codon' OR type = 'SO:0000319') THEN "end" END) OVER whole AS last_stop,
            -- What the dataset tells of others.
            CASE WHEN EXISTS (SELECT 1 FROM gff WHERE type = 'start_codon' AND gff.dataset = measured.dataset)
                THEN 1 ELSE 0 END AS told_start,
            CASE WHEN EXISTS (SELECT 1 FROM gff WHERE type = 'stop_codon' AND gff.dataset = measured.dataset)
                THEN 1 ELSE 0 END AS told_stop,
            CASE WHEN EXISTS (SELECT 1 FROM dataset AS d WHERE d.dataset = measured.dataset AND format = 'gtf')
                THEN 1 ELSE 0 END AS is_gtf
        FROM (
            SELECT
                gene_record, transcript_record, dataset, seqid, gene, transcript, transcript_start, transcript_end, transcript_strand,
                class, type, start, "end", is_exon, has_exon, is_first, stretch_start, stretch_end,
                -- That of the first CDS in the order of transcription.
                FIRST_VALUE(phase) OVER (
                    PARTITION BY gene_record, transcript_record, dataset, seqid, gene, transcript, class
                    ORDER BY CASE is_mixed WHEN 1 THEN record_id END,
                        CASE transcript_strand WHEN '-' THEN -"end" ELSE start END,
                        CASE transcript_strand WHEN '-' THEN -start ELSE "end" END, record_id
                ) AS first_phase,
                CASE
                    WHEN is_first = 1 AND before IS NOT NULL AND coalesce(strand, '') = coalesce(strand_before, '')
                        THEN start - before - 1
                    ELSE 0
                END AS intron,
                CASE
                    WHEN class = 'utr' AND ("end" < coding_start AND transcript_strand = '+'
                        OR start > coding_end AND transcript_strand = '-'
                        OR coding_start IS NULL
                            AND type IN ('five_prime_UTR', 'SO:0000204', 'five_prime_utr', '5UTR', '5''-UTR'))
                        THEN "end" - start + 1
                    WHEN is_first = 1 AND has_utr = 0 AND transcript_strand = '+' AND stretch_start < coding_start
                        THEN CASE WHEN stretch_end < coding_start THEN stretch_end ELSE coding_start - 1 END - stretch_start + 1
                    WHEN is_first = 1 AND has_utr = 0 AND transcript_strand = '-' AND stretch_end > coding_end
                        THEN stretch_end - CASE WHEN stretch_start > coding_end THEN stretch_start ELSE coding_end + 1 END + 1
                    ELSE 0
                END AS utr5,
                CASE
                    WHEN class = 'utr' AND ("end" < coding_start AND transcript_strand = '-'
                        OR start > coding_end AND transcript_strand = '+'
                        OR coding_start IS NULL
                            AND type IN ('three_prime_UTR', 'SO:0000205', 'three_prime_utr', '3UTR', '3''-UTR'))
                        THEN "end" - start + 1
                    WHEN is_first = 1 AND has_utr = 0 AND transcript_strand = '-' AND stretch_start < coding_start
                        THEN CASE WHEN stretch_end < coding_start THEN stretch_end ELSE coding_start - 1 END - stretch_start + 1
                    WHEN is_first = 1 AND has_utr = 0 AND transcript_strand = '+' AND stretch_end > coding_end
                        THEN stretch_end - CASE WHEN stretch_start > coding_end THEN stretch_start ELSE coding_end + 1 END + 1
                    ELSE 0
                END AS utr3
            FROM _part
        ) AS measured
        WINDOW whole AS (PARTITION BY gene_record, transcript_record, dataset, seqid, gene, transcript)
    ) AS counted
    WHERE class IS NULL
) AS summary;

-- Exons, coding sequence and UTRs of each transcript: those of the file, and what follows from them. A transcript without
-- exons has its CDS and UTRs for exons, or else all of it; one without UTRs but with CDS has what its exons have before
-- and behind the coding bases.
CREATE VIEW transcript_part AS
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
    part,                                       -- 'exon', 'cds', 'five_prime_utr', 'three_prime_utr'; 'utr' where the side is not known
    number,                                     -- 1, 2, … among the parts of its kind, in the order of transcription
    phase,                                      -- of CDS: bases to the next codon's first base, 0 to 2; NULL where it is not known
    origin                                      -- 'annotated': the file has it; 'derived': it follows from other parts
FROM (
    SELECT
        dataset, seqid, start, "end", strand, transcript, gene, transcript_record, gene_record, part, phase, origin,
        -- CDS of two strands are in the order of the file; on the minus strand, the last base of CDS tells.
        ROW_NUMBER() OVER (
            PARTITION BY gene_record, transcript_record, dataset, seqid, gene, transcript, part
            ORDER BY CASE WHEN part = 'cds' AND is_mixed = 1 THEN record_id END,
                CASE WHEN strand = '-' AND part = 'cds' THEN -"end" WHEN strand = '-' THEN -start ELSE start END,
                CASE WHEN strand = '-' AND part = 'cds' THEN -start WHEN strand = '-' THEN -"end" ELSE "end" END,
                record_id
        ) AS number
    FROM (
        SELECT
            dataset, seqid, transcript_strand AS strand, transcript, gene, transcript_record, gene_record, is_mixed, record_id,
            CASE
                WHEN kind = 'exon' AND has_exon = 0 OR kind = 'before' THEN stretch_start
                WHEN kind = 'behind' THEN CASE WHEN stretch_start > coding_end THEN stretch_start ELSE coding_end + 1 END
                ELSE start
            END AS start,
            CASE
                WHEN kind = 'exon' AND has_exon = 0 OR kind = 'behind' THEN stretch_end
                WHEN kind = 'before' THEN CASE WHEN stretch_end < coding_start THEN stretch_end ELSE coding_start - 1 END
                ELSE "end"
            END AS "end",
            CASE
                WHEN kind IN ('exon', 'cds') THEN kind
                WHEN kind = 'before' AND transcript_strand = '+' OR kind = 'behind' AND transcript_strand = '-'
                    OR kind = 'utr' AND ("end" < coding_start AND transcript_strand = '+'
                        OR start > coding_end AND transcript_strand = '-'
                        OR coding_start IS NULL
                            AND type IN ('five_prime_UTR', 'SO:0000204', 'five_prime_utr', '5UTR', '5''-UTR'))
                    THEN 'five_prime_utr'
                WHEN kind = 'before' AND transcript_strand = '-' OR kind = 'behind' AND transcript_strand = '+'
                    OR kind = 'utr' AND ("end" < coding_start AND transcript_strand = '-'
                        OR start > coding_end AND transcript_strand = '+'
                        OR coding_start IS NULL
                            AND type IN ('three_prime_UTR', 'SO:0000205', 'three_prime_utr', '3UTR', '3''-UTR'))
                    THEN 'three_prime_utr'
                ELSE 'utr'
            END AS part,
            CASE kind WHEN 'cds' THEN phase END AS phase,
            CASE WHEN kind IN ('before', 'behind') OR kind = 'exon' AND has_exon = 0 THEN 'derived' ELSE 'annotated' END AS origin
        FROM _part
        CROSS JOIN (
            SELECT 'exon' AS kind UNION ALL SELECT 'cds' UNION ALL SELECT 'utr' UNION ALL SELECT 'before' UNION ALL SELECT 'behind'
        ) AS kinds
        WHERE CASE kind
            WHEN 'exon' THEN is_exon = 1 AND (has_exon = 1 OR is_first = 1)
            WHEN 'before' THEN is_first = 1 AND has_utr = 0 AND stretch_start < coding_start
            WHEN 'behind' THEN is_first = 1 AND has_utr = 0 AND stretch_end > coding_end
            ELSE class = kind
        END
    ) AS part
) AS numbered;

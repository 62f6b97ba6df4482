-- Introns: the gaps between consecutive exons of a transcript, never between exons of two strands.
CREATE VIEW intron AS
SELECT
    dataset,                                    -- dataset.dataset
    seqid,                                      -- gff.seqid
    start,                                      -- first base, 1-based
    "end",                                      -- last base, inside; beyond the length of a circle where it goes over the origin
    strand,                                     -- '+' or '-', that of its exons; NULL where it is not known
    transcript,                                 -- ID of the transcript; NULL where it has none
    gene,                                       -- ID of the gene; NULL where there is none
    transcript_record,                          -- gff.record_id of the transcript's first line
    gene_record,                                -- gff.record_id of the gene's first line; NULL where there is none
    number,                                     -- 1, 2, … in the order of transcription
    "end" - start + 1 AS length,                -- in bases
    in_cds,                                     -- 1: coding sequence goes on from one side to the other; 0: it does not
    origin                                      -- 'derived'
FROM (
    SELECT
        dataset, seqid, before + 1 AS start, start - 1 AS "end", strand,
        transcript, gene, transcript_record, gene_record,
        ROW_NUMBER() OVER (
            PARTITION BY gene_record, transcript_record, dataset, seqid, gene, transcript
            ORDER BY CASE transcript_strand WHEN '-' THEN -start ELSE start END
        ) AS number,
        CASE WHEN coding_start <= before AND coding_end >= start THEN 1 ELSE 0 END AS in_cds,
        'derived' AS origin
    FROM _part
    WHERE is_first = 1 AND before IS NOT NULL AND coalesce(strand, '') = coalesce(strand_before, '')
) AS gap;

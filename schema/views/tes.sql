-- Transcription end sites: the last base of each transcript in the order of transcription.
CREATE VIEW tes AS
SELECT
    dataset,                                    -- dataset.dataset
    seqid,                                      -- gff.seqid
    CASE transcript_strand WHEN '+' THEN transcript_end ELSE transcript_start END AS start,  -- the base, 1-based
    CASE transcript_strand WHEN '+' THEN transcript_end ELSE transcript_start END AS "end",  -- the same
    transcript_strand AS strand,                                     -- '+' or '-'; transcripts of an unknown strand have none
    transcript,                                 -- ID of the transcript; NULL where it has none
    gene,                                       -- ID of the gene; NULL where there is none
    transcript_record,                          -- gff.record_id of the transcript's first line
    gene_record,                                -- gff.record_id of the gene's first line; NULL where there is none
    'derived' AS origin                         -- 'derived'
FROM _part
WHERE class IS NULL AND transcript_strand IS NOT NULL;

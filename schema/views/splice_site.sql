-- Splice sites: the first two bases of an intron in the order of transcription (donor) and the last two (acceptor). Introns
-- of an unknown strand have none.
CREATE VIEW splice_site AS
SELECT
    dataset,                                    -- dataset.dataset
    seqid,                                      -- gff.seqid
    start,                                      -- first base, 1-based
    "end",                                      -- last base, inside; beyond the length of a circle where it goes over the origin
    strand,                                     -- '+' or '-'
    transcript,                                 -- ID of the transcript; NULL where it has none
    gene,                                       -- ID of the gene; NULL where there is none
    transcript_record,                          -- gff.record_id of the transcript's first line
    gene_record,                                -- gff.record_id of the gene's first line; NULL where there is none
    kind,                                       -- 'donor' or 'acceptor'
    number AS intron,                           -- number of the intron
    origin                                      -- 'derived'
FROM (
    SELECT
        dataset, seqid,
        -- The one at the lower positions, or the one at the higher; an intron of one base has it twice.
        CASE WHEN (kind = 'donor') = (strand = '+') OR start = "end" THEN start ELSE "end" - 1 END AS start,
        CASE WHEN (kind = 'donor') = (strand = '+') AND start < "end" THEN start + 1 ELSE "end" END AS "end",
        strand, transcript, gene, transcript_record, gene_record, kind, number, origin
    FROM intron
    CROSS JOIN (SELECT 'donor' AS kind UNION ALL SELECT 'acceptor') AS kinds
    WHERE strand IS NOT NULL
) AS site;

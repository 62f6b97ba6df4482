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
        dataset, seqid, start, CASE WHEN start < "end" THEN start + 1 ELSE "end" END AS "end", strand,
        transcript, gene, transcript_record, gene_record,
        CASE strand WHEN '+' THEN 'donor' ELSE 'acceptor' END AS kind, number, origin
    FROM intron
    WHERE strand IS NOT NULL
    UNION ALL
    SELECT
        dataset, seqid, CASE WHEN start < "end" THEN "end" - 1 ELSE start END, "end", strand,
        transcript, gene, transcript_record, gene_record,
        CASE strand WHEN '+' THEN 'acceptor' ELSE 'donor' END, number, origin
    FROM intron
    WHERE strand IS NOT NULL
) AS site;

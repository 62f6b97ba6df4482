-- Stretches of untranslated region: from the file or, where a transcript has none and has CDS, exon less coding bases.
CREATE VIEW utr_part AS
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
    part,                                       -- 'five_prime_utr', 'three_prime_utr'; 'utr' where the side is not known
    number,                                     -- 1, 2, … among those of its side, in the order of transcription
    origin                                      -- 'annotated': the file has it; 'derived': it follows from exons and CDS
FROM transcript_part
WHERE part IN ('five_prime_utr', 'three_prime_utr', 'utr');

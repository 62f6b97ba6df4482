-- The gene model: which transcripts a gene has, and of what they consist. Positions are 1-based, both ends inside; on a
-- circle, what lies behind the origin goes on beyond the length. What gffdb's own commands derive is the same.

-- Records with their class, and where they lie. An end before the start is beyond the origin of a circle; elsewhere the
-- two are the wrong way round. Lines that share ID, sequence and level (gene, transcript, other) are one feature, from
-- first_record to last_record.
CREATE VIEW _feature_line (
    record_id, dataset, seqid, type, class, ID, start, "end", strand, phase, first_record, last_record
) AS
SELECT
    record_id, dataset, seqid, type,
    (SELECT class FROM type_class WHERE type_class.type = gff.type),
    ID,
    CASE WHEN "end" < start AND NOT coalesce((
        SELECT gff."end" + length >= gff.start FROM sequence
        WHERE sequence.dataset = gff.dataset AND sequence.seqid = gff.seqid AND circular = 1 AND length > 0
    ), FALSE) THEN "end" ELSE start END,
    CASE WHEN "end" < start THEN coalesce((
        SELECT gff."end" + length FROM sequence
        WHERE sequence.dataset = gff.dataset AND sequence.seqid = gff.seqid AND circular = 1 AND length > 0
            AND gff."end" + length >= gff.start
    ), start) ELSE "end" END,
    CASE WHEN strand IN ('+', '-') THEN strand END,
    CASE WHEN phase BETWEEN 0 AND 2 THEN phase END,
    coalesce((
        SELECT MIN(o.record_id) FROM gff AS o
        WHERE o.ID = gff.ID AND o.dataset = gff.dataset AND coalesce(o.seqid, '') = coalesce(gff.seqid, '')
            AND coalesce((SELECT class FROM type_class WHERE type_class.type = o.type AND class IN ('gene', 'transcript')), '')
                = coalesce((SELECT class FROM type_class WHERE type_class.type = gff.type AND class IN ('gene', 'transcript')), '')
    ), record_id),
    coalesce((
        SELECT MAX(o.record_id) FROM gff AS o
        WHERE o.ID = gff.ID AND o.dataset = gff.dataset AND coalesce(o.seqid, '') = coalesce(gff.seqid, '')
            AND coalesce((SELECT class FROM type_class WHERE type_class.type = o.type AND class IN ('gene', 'transcript')), '')
                = coalesce((SELECT class FROM type_class WHERE type_class.type = gff.type AND class IN ('gene', 'transcript')), '')
    ), record_id)
FROM gff;

-- Transcripts that are of no gene, and of no other transcript.
CREATE VIEW _lone_transcript (record_id, dataset, seqid, ID, start, "end", strand, last_record) AS
SELECT record_id, dataset, seqid, ID, start, "end", strand, last_record
FROM _feature_line AS t
WHERE first_record = record_id
    AND (class = 'transcript' OR class IS NULL AND ID IS NOT NULL AND EXISTS (
        SELECT 1 FROM gff AS c
        WHERE (c.Parent = t.ID OR c.record_id IN (SELECT record_id FROM _multi_parent WHERE Parent = t.ID))
            AND c.dataset = t.dataset AND c.type IN (SELECT type FROM type_class WHERE class = 'exon')
    ))
    AND NOT EXISTS (
        SELECT 1 FROM link AS l JOIN _feature_line AS p ON p.record_id = l.parent
        WHERE l.child = t.record_id
            AND (p.class IN ('gene', 'transcript') OR p.class IS NULL AND p.ID IS NOT NULL AND EXISTS (
        SELECT 1 FROM gff AS c
        WHERE (c.Parent = p.ID OR c.record_id IN (SELECT record_id FROM _multi_parent WHERE Parent = p.ID))
            AND c.dataset = p.dataset AND c.type IN (SELECT type FROM type_class WHERE class = 'exon')
    ))
    );

-- The transcripts of each gene: its children, and theirs, as a miRNA is of its primary transcript; the gene itself, where
-- exons or CDS hang on it directly; and transcripts without a gene. A record of a type without a class is a transcript
-- where it has exons or, below a gene, CDS or UTRs.
CREATE VIEW _gene_transcript (gene_record, transcript_record, dataset, seqid, gene, transcript, start, "end", strand, last_record) AS
SELECT
    g.record_id, t.record_id, t.dataset, t.seqid, g.ID, t.ID, t.start, t."end", t.strand, t.last_record
FROM _feature_line AS g
JOIN link ON link.parent = g.record_id
JOIN _feature_line AS t ON t.record_id = link.child
WHERE g.class = 'gene' AND g.first_record = g.record_id AND t.first_record = t.record_id
    AND (t.class = 'transcript' OR t.class IS NULL AND t.ID IS NOT NULL AND EXISTS (
        SELECT 1 FROM gff AS c
        WHERE (c.Parent = t.ID OR c.record_id IN (SELECT record_id FROM _multi_parent WHERE Parent = t.ID))
            AND c.dataset = t.dataset AND c.type IN (SELECT type FROM type_class WHERE class IN ('exon', 'cds', 'utr'))
    ))
UNION ALL
SELECT
    g.record_id, t.record_id, t.dataset, t.seqid, g.ID, t.ID, t.start, t."end", t.strand, t.last_record
FROM _feature_line AS g
JOIN link ON link.parent = g.record_id
JOIN _feature_line AS primary_one ON primary_one.record_id = link.child
JOIN link AS below ON below.parent = primary_one.record_id
JOIN _feature_line AS t ON t.record_id = below.child
WHERE g.class = 'gene' AND g.first_record = g.record_id AND t.first_record = t.record_id
    AND primary_one.class = 'transcript' AND primary_one.first_record = primary_one.record_id
    AND (t.class = 'transcript' OR t.class IS NULL AND t.ID IS NOT NULL AND EXISTS (
        SELECT 1 FROM gff AS c
        WHERE (c.Parent = t.ID OR c.record_id IN (SELECT record_id FROM _multi_parent WHERE Parent = t.ID))
            AND c.dataset = t.dataset AND c.type IN (SELECT type FROM type_class WHERE class = 'exon')
    ))
    AND NOT EXISTS (SELECT 1 FROM link AS l WHERE l.parent = g.record_id AND l.child = t.record_id)
UNION ALL
SELECT
    t.record_id, t.record_id, t.dataset, t.seqid, t.ID, t.ID, t.start, t."end", t.strand, t.last_record
FROM _feature_line AS t
WHERE class = 'gene' AND first_record = record_id AND EXISTS (
    SELECT 1 FROM link AS l JOIN gff AS c ON c.record_id = l.child
    WHERE l.parent = t.record_id AND coalesce(c.seqid, '') = coalesce(t.seqid, '')
        AND c.type IN (SELECT type FROM type_class WHERE class IN ('exon', 'cds'))
)
UNION ALL
SELECT NULL, record_id, dataset, seqid, NULL, ID, start, "end", strand, last_record
FROM _lone_transcript
UNION ALL
SELECT
    NULL, t.record_id, t.dataset, t.seqid, NULL, t.ID, t.start, t."end", t.strand, t.last_record
FROM _lone_transcript AS primary_one
JOIN link ON link.parent = primary_one.record_id
JOIN _feature_line AS t ON t.record_id = link.child
WHERE t.first_record = t.record_id
    AND (t.class = 'transcript' OR t.class IS NULL AND t.ID IS NOT NULL AND EXISTS (
        SELECT 1 FROM gff AS c
        WHERE (c.Parent = t.ID OR c.record_id IN (SELECT record_id FROM _multi_parent WHERE Parent = t.ID))
            AND c.dataset = t.dataset AND c.type IN (SELECT type FROM type_class WHERE class = 'exon')
    ))
    AND NOT EXISTS (SELECT 1 FROM link AS l JOIN gene ON gene.record_id = l.parent WHERE l.child = t.record_id);

-- The exons, CDS, UTRs and codons of each transcript that the file has, on its sequence; and one row without a class that
-- is the transcript, from the first base of all its lines to the last. Its strand is NULL where lines differ.
CREATE VIEW _annotated_part (
    gene_record, transcript_record, dataset, seqid, gene, transcript,
    transcript_start, transcript_end, transcript_strand, record_id, class, type, start, "end", strand, phase
) AS
SELECT
    gene_record, transcript_record, dataset, seqid, gene, transcript,
    transcript_start, transcript_end, transcript_strand, record_id, class, type,
    start + moved, "end" + moved, strand, phase
FROM (
    SELECT
        gene_record, transcript_record, dataset, seqid, gene, transcript,
        transcript_start, transcript_end, transcript_strand, record_id, class, type, start, "end", strand, phase,
        -- Behind the origin of a circle, where the transcript goes on.
        CASE WHEN "end" < transcript_start THEN coalesce((
            SELECT length FROM sequence
            WHERE sequence.dataset = part.dataset AND sequence.seqid = part.seqid AND circular = 1 AND length > 0
                AND part."end" + length <= part.transcript_end
        ), 0) ELSE 0 END AS moved
    FROM (
        SELECT
            m.gene_record, m.transcript_record, m.dataset, m.seqid, m.gene, m.transcript,
            CASE m.last_record WHEN m.transcript_record THEN m.start ELSE (
                SELECT MIN(start) FROM _feature_line AS f
                WHERE f.ID = m.transcript AND f.first_record = m.transcript_record AND "end" IS NOT NULL
            ) END AS transcript_start,
            CASE m.last_record WHEN m.transcript_record THEN m."end" ELSE (
                SELECT MAX("end") FROM _feature_line AS f
                WHERE f.ID = m.transcript AND f.first_record = m.transcript_record AND start IS NOT NULL
            ) END AS transcript_end,
            CASE m.last_record WHEN m.transcript_record THEN m.strand ELSE (
                SELECT CASE WHEN MIN(coalesce(strand, '')) = MAX(coalesce(strand, '')) THEN MIN(strand) END
                FROM _feature_line AS f
                WHERE f.ID = m.transcript AND f.first_record = m.transcript_record
                    AND start IS NOT NULL AND "end" IS NOT NULL
            ) END AS transcript_strand,
            c.record_id, CASE WHEN c.record_id <> m.transcript_record THEN c.class END AS class, c.type,
            c.start, c."end", c.strand, c.phase
        FROM _gene_transcript AS m
        -- CROSS JOIN keeps SQLite from reading all records first.
        CROSS JOIN _feature_line AS c
        WHERE c.record_id IN (
            SELECT m.transcript_record UNION ALL SELECT child FROM link WHERE parent = m.transcript_record
        ) AND (c.record_id = m.transcript_record OR c.class IN ('exon', 'cds', 'utr', 'codon')
            AND coalesce(c.seqid, '') = coalesce(m.seqid, '') AND c.start IS NOT NULL AND c."end" IS NOT NULL)
    ) AS part
    WHERE transcript_start IS NOT NULL AND transcript_end IS NOT NULL
) AS part;

-- The same, with what is to be known of the other parts. is_exon is 1 for what the exons are made of: exons or, where a
-- transcript has none, CDS and UTRs, or else all of it. These, joined where they overlap or touch, are stretches. The
-- coding bases are those of CDS, start and stop codons included, which GTF does not count among them. is_mixed is 1 where
-- CDS are on two strands, as of what is trans-spliced; the transcript has none then.
CREATE VIEW _part (
    gene_record, transcript_record, dataset, seqid, gene, transcript, transcript_start, transcript_end, transcript_strand, is_mixed,
    record_id, class, type, start, "end", strand, phase, has_exon, has_utr, coding_start, coding_end,
    is_exon, before, strand_before, stretch, stretch_start, stretch_end, is_first
) AS
SELECT
    gene_record, transcript_record, dataset, seqid, gene, transcript, transcript_start, transcript_end, transcript_strand, is_mixed,
    record_id, class, type, start, "end", strand, phase, has_exon, has_utr, coding_start, coding_end,
    is_exon, before, strand_before, stretch,
    MIN(start) OVER (PARTITION BY gene_record, transcript_record, dataset, seqid, gene, transcript, is_exon, stretch),
    MAX("end") OVER (PARTITION BY gene_record, transcript_record, dataset, seqid, gene, transcript, is_exon, stretch),
    CASE WHEN is_exon = 1 AND (before IS NULL OR start > before + 1) THEN 1 ELSE 0 END
FROM (
    SELECT
        *,
        SUM(CASE WHEN start <= before + 1 THEN 0 ELSE 1 END) OVER (
            PARTITION BY gene_record, transcript_record, dataset, seqid, gene, transcript, is_exon
            ORDER BY start, "end", record_id ROWS UNBOUNDED PRECEDING
        ) AS stretch
    FROM (
        SELECT
            *,
            MAX("end") OVER (
                PARTITION BY gene_record, transcript_record, dataset, seqid, gene, transcript, is_exon
                ORDER BY start, "end", record_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS before,
            LAG(strand) OVER (
                PARTITION BY gene_record, transcript_record, dataset, seqid, gene, transcript, is_exon
                ORDER BY start, "end", record_id
            ) AS strand_before
        FROM (
            SELECT
                gene_record, transcript_record, dataset, seqid, gene, transcript, transcript_start, transcript_end,
                CASE is_mixed WHEN 0 THEN transcript_strand END AS transcript_strand, is_mixed,
                record_id, class, type,
                CASE WHEN class IS NULL THEN transcript_start ELSE start END AS start,
                CASE WHEN class IS NULL THEN transcript_end ELSE "end" END AS "end",
                coalesce(CASE WHEN class IS NOT NULL THEN strand END, CASE is_mixed WHEN 0 THEN transcript_strand END) AS strand,
                phase, has_exon, has_utr,
                CASE has_cds WHEN 1 THEN coding_start END AS coding_start,
                CASE has_cds WHEN 1 THEN coding_end END AS coding_end,
                CASE
                    WHEN class = 'exon' OR has_exon = 0 AND class IN ('cds', 'utr') THEN 1
                    WHEN has_exon = 0 AND has_cds = 0 AND has_utr = 0 AND class IS NULL THEN 1
                    ELSE 0
                END AS is_exon
            FROM (
                SELECT
                    *,
                    CASE WHEN MIN(CASE class WHEN 'cds' THEN strand END) OVER whole
                        <> MAX(CASE class WHEN 'cds' THEN strand END) OVER whole THEN 1 ELSE 0 END AS is_mixed,
                    MAX(CASE class WHEN 'exon' THEN 1 ELSE 0 END) OVER whole AS has_exon,
                    MAX(CASE class WHEN 'utr' THEN 1 ELSE 0 END) OVER whole AS has_utr,
                    MAX(CASE class WHEN 'cds' THEN 1 ELSE 0 END) OVER whole AS has_cds,
                    MIN(CASE WHEN class IN ('cds', 'codon') THEN start END) OVER whole AS coding_start,
                    MAX(CASE WHEN class IN ('cds', 'codon') THEN "end" END) OVER whole AS coding_end
                FROM _annotated_part
                WINDOW whole AS (PARTITION BY gene_record, transcript_record, dataset, seqid, gene, transcript)
            ) AS known
        ) AS classed
    ) AS ordered
) AS joined;

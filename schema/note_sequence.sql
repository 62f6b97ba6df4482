-- ?1 dataset, ?2 seqid, ?3 length or NULL, ?4 circular, ?5 where the length is from.
-- What the sequence itself says ('fasta') counts more than a directive, that more than a feature that is
-- named as the sequence ('landmark'), that more than another ('feature'); of two that count the same, the
-- longer. The last base of its records ('extent') is no length by itself, but where only a feature tells, a
-- sequence that is no circle has no less: the feature may be a part of it.
INSERT INTO sequence (dataset, seqid, length, circular, known_by)
VALUES (?1, ?2, iif(?5 = 'extent', NULL, ?3), ?4, iif(?5 = 'extent', NULL, ?5))
ON CONFLICT (dataset, seqid) DO UPDATE SET
    circular = max(circular, ?4),
    length = CASE
        WHEN ?3 IS NULL THEN length
        WHEN ?5 = 'extent' THEN iif(known_by IN ('landmark', 'feature', 'extent') AND NOT circular,
            max(length, ?3), length)
        WHEN length IS NULL THEN ?3
        WHEN known_by = ?5 OR known_by = 'extent' AND ?5 IN ('landmark', 'feature') THEN max(length, ?3)
        WHEN ?5 = 'fasta' OR known_by IN ('feature', 'extent') OR known_by = 'landmark' AND ?5 = 'directive'
            THEN ?3
        ELSE length
    END,
    known_by = CASE
        WHEN ?3 IS NULL THEN known_by
        WHEN ?5 = 'extent' THEN iif(known_by IN ('landmark', 'feature') AND NOT circular AND length < ?3,
            ?5, known_by)
        WHEN known_by = 'extent' AND ?5 IN ('landmark', 'feature') AND length > ?3 THEN known_by
        WHEN length IS NULL OR ?5 = 'fasta' OR known_by IN ('feature', 'extent')
            OR known_by = 'landmark' AND ?5 = 'directive' THEN ?5
        ELSE known_by
    END;

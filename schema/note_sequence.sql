-- ?1 dataset, ?2 seqid, ?3 length or NULL, ?4 circular, ?5 where the length is from.
-- What the sequence itself says ('fasta') counts more than a directive, that more than a feature;
-- of two that count the same, the longer.
INSERT INTO sequence (dataset, seqid, length, circular, known_by) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (dataset, seqid) DO UPDATE SET
    circular = max(circular, excluded.circular),
    length = CASE
        WHEN excluded.length IS NULL THEN length
        WHEN length IS NULL THEN excluded.length
        WHEN known_by = excluded.known_by THEN max(length, excluded.length)
        WHEN excluded.known_by = 'fasta' OR known_by = 'feature' THEN excluded.length
        ELSE length
    END,
    known_by = CASE
        WHEN excluded.length IS NULL THEN known_by
        WHEN length IS NULL OR excluded.known_by = 'fasta' OR known_by = 'feature' THEN excluded.known_by
        ELSE known_by
    END;

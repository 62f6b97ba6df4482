-- A feature that is all of its sequence names the sequence. ?1 dataset.
INSERT OR IGNORE INTO alias (seqid, alias, style)
SELECT landmark.seqid, landmark.alias, 'Alias'
FROM landmark_alias AS landmark
JOIN sequence ON sequence.dataset = ?1 AND sequence.seqid = landmark.seqid
WHERE landmark."end" = sequence.length;

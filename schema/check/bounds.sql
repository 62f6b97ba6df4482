-- Bounds: features lie on their sequence. On a circle, they may go on past its end, once round.

-- check: outside-region
SELECT r.line, printf('%d-%d is not within the ##sequence-region of %s, %d-%d (line %d)', r.start, r."end", json_quote(r.seqid), s.first, s.last, s.line) AS text
FROM sequence AS s JOIN record AS r ON r.seqid = s.seqid
WHERE s.line IS NOT NULL
  AND (r.start < s.first OR r.start > s.last
       OR r."end" > CASE s.circular WHEN 0 THEN s.last ELSE 2 * s.last - s.first + 1 END)
ORDER BY r.line;

-- Where there is a ##sequence-region, that is what counts.
-- check: outside-landmark
SELECT r.line, printf('%d-%d ends beyond %s, %d (line %d)', r.start, r."end", json_quote(r.seqid), s.length, s.landmark) AS text
FROM sequence AS s JOIN record AS r ON r.seqid = s.seqid
WHERE s.line IS NULL AND s.length IS NOT NULL
  AND (r.start > s.length OR r."end" > CASE s.circular WHEN 0 THEN s.length ELSE 2 * s.length END)
ORDER BY r.line;

-- check: circular-part
SELECT r.line, printf('%d-%d is called circular, and is not all of %s, %d-%d (line %d)', r.start, r."end", json_quote(r.seqid), s.first, s.last, s.line) AS text
FROM sequence AS s JOIN record AS r ON r.line = s.circular
WHERE s.line IS NOT NULL AND (r.start <> s.first OR r."end" <> s.last)
ORDER BY r.line;

-- Parents: they are there, near, and of one strand with their children.

-- make: where each Parent is; one row per name and sequence
CREATE INDEX link_line ON link (line);
CREATE TABLE extent AS
SELECT space, id, seqid, MIN(line) AS line, MIN(start) AS start, MAX("end") AS "end",
       COUNT(CASE strand WHEN '+' THEN 1 END) AS plus, COUNT(CASE strand WHEN '-' THEN 1 END) AS minus,
       MAX(trans) AS trans, MIN(section) AS section, MAX(section) AS last_section
FROM record AS r
WHERE id IS NOT NULL AND EXISTS (SELECT 1 FROM link AS l WHERE l.space = r.space AND l.parent = r.id)
GROUP BY space, id, seqid;
CREATE INDEX extent_id ON extent (space, id, seqid);

-- GTF needs no lines for its genes and transcripts.
-- check: parent-missing
SELECT l.line, printf('no record has the ID %s', json_quote(l.parent)) AS text
FROM link AS l
WHERE l.space = 'ID' AND NOT EXISTS (SELECT 1 FROM extent AS e WHERE e.space = l.space AND e.id = l.parent)
ORDER BY l.line;

-- check: parent-self
SELECT r.line, printf('%s is its own Parent', json_quote(r.id)) AS text
FROM record AS r JOIN link AS l ON l.line = r.line AND l.space = r.space AND l.parent = r.id
WHERE r.space = 'ID' ORDER BY r.line;

-- check: parent-sequence
SELECT r.line, printf('this is on %s, its Parent %s on %s (line %d)', json_quote(r.seqid), json_quote(l.parent), json_quote(e.seqid), e.line) AS text
FROM link AS l
JOIN record AS r ON r.line = l.line
JOIN extent AS e ON e.space = l.space AND e.id = l.parent
    AND e.seqid = (SELECT MIN(seqid) FROM extent AS o WHERE o.space = l.space AND o.id = l.parent)
WHERE NOT r.trans
  AND NOT EXISTS (SELECT 1 FROM extent AS o WHERE o.space = l.space AND o.id = l.parent AND o.seqid = r.seqid)
GROUP BY l.line, l.parent
ORDER BY r.line;

-- check: parent-closed
SELECT r.line, printf('''###'' stands between this and its Parent %s (line %d)', json_quote(l.parent), e.line) AS text
FROM link AS l
JOIN record AS r ON r.line = l.line
JOIN extent AS e ON e.space = l.space AND e.id = l.parent AND e.seqid = r.seqid
WHERE l.space = 'ID' AND r.section NOT BETWEEN e.section AND e.last_section
UNION ALL
SELECT r.line, printf('''###'' stands between this line of %s and line %d', json_quote(r.id), f.line)
FROM shared AS s
JOIN record AS f ON f.line = s.first
JOIN record AS r ON r.space = s.space AND r.id = s.id AND r.section <> f.section
WHERE s.sections > 1 AND s.space = 'ID'
ORDER BY 1;

-- The Sequence Ontology has more part_of relations than files keep to (exons of pseudogenic_transcripts
-- are none), so that only what is the wrong way round is found: it has genes, their transcripts, and the
-- parts of these.
-- check: parent-type
SELECT r.line, printf('expected a Parent that a %s is part of, found %s of type %s (line %d)', r.type, json_quote(l.parent), p.type, p.line) AS text
FROM link AS l
JOIN record AS r ON r.line = l.line
JOIN extent AS e ON e.space = l.space AND e.id = l.parent AND e.seqid = r.seqid
JOIN record AS p ON p.line = e.line
JOIN type_class AS child ON child.type = r.type
JOIN type_class AS parent ON parent.type = p.type
WHERE l.space = 'ID' AND CASE child.class
    WHEN 'gene' THEN parent.class NOT IN ('gene', 'chromosome')
    WHEN 'transcript' THEN parent.class NOT IN ('gene', 'transcript', 'chromosome')
END
ORDER BY r.line;

-- On a circle, a child may lie past the origin that its Parent crosses.
-- check: child-outside
SELECT r.line, printf('%d-%d is not within its Parent %s, %d-%d (line %d)', r.start, r."end", json_quote(l.parent), e.start, e."end", e.line) AS text
FROM link AS l
JOIN record AS r ON r.line = l.line
JOIN extent AS e ON e.space = l.space AND e.id = l.parent AND e.seqid = r.seqid
WHERE (r.start < e.start OR r."end" > e."end")
  AND NOT r.trans AND NOT e.trans
  AND NOT EXISTS (
      SELECT 1 FROM sequence AS s
      WHERE s.seqid = r.seqid AND s.circular <> 0
        AND r.start + IFNULL(s.last, s.length) >= e.start AND r."end" + IFNULL(s.last, s.length) <= e."end")
ORDER BY r.line;

-- check: child-strand
SELECT r.line, printf('this is on strand %s, its Parent %s on strand %s (line %d)', r.strand, json_quote(l.parent), CASE r.strand WHEN '+' THEN '-' ELSE '+' END, e.line) AS text
FROM link AS l
JOIN record AS r ON r.line = l.line
JOIN extent AS e ON e.space = l.space AND e.id = l.parent AND e.seqid = r.seqid
WHERE NOT r.trans AND NOT e.trans
  AND ((r.strand = '+' AND e.plus = 0 AND e.minus > 0) OR (r.strand = '-' AND e.minus = 0 AND e.plus > 0))
ORDER BY r.line;

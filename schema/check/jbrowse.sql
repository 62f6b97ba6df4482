-- JBrowse 2, a GFF3 file with a tabix index.

-- check: jbrowse-not-sorted
SELECT line, text FROM (
    SELECT line, printf('start %d comes after start %d; sort by sequence and start', start, LAG(start) OVER w) AS text,
           seqid = LAG(seqid) OVER w AND start < LAG(start) OVER w AS wrong
    FROM record WINDOW w AS (ORDER BY line)
) WHERE wrong
UNION ALL
SELECT line, printf('%s comes again after other sequences; sort by sequence and start', json_quote(seqid)) FROM (
    SELECT line, seqid, ROW_NUMBER() OVER (PARTITION BY seqid ORDER BY line) AS nth
    FROM (SELECT line, seqid, seqid IS NOT LAG(seqid) OVER (ORDER BY line) AS turns FROM record) WHERE turns
) WHERE nth > 1
ORDER BY line;

-- check: jbrowse-gtf
SELECT line, 'expected key=value attributes, found GTF; make GFF3 of it first' AS text
FROM extra WHERE syntax = 'gtf' ORDER BY line;

-- check: jbrowse-parent
SELECT l.line, printf('no record has the ID %s', json_quote(l.parent)) AS text
FROM link AS l
WHERE l.space = 'ID' AND NOT EXISTS (SELECT 1 FROM record AS p WHERE p.space = 'ID' AND p.id = l.parent)
ORDER BY l.line;

-- make: how far each Parent reaches on each sequence
CREATE TABLE jbrowse_parent AS
SELECT id, seqid, MIN(line) AS line, MIN(start) AS start, MAX("end") AS "end"
FROM record
WHERE space = 'ID' AND id IN (SELECT parent FROM link WHERE space = 'ID')
GROUP BY id, seqid;
CREATE INDEX jbrowse_parent_id ON jbrowse_parent (id, seqid);

-- check: jbrowse-outside-parent
SELECT r.line, printf('%d-%d is not within its Parent %s, %d-%d (line %d)', r.start, r."end", json_quote(l.parent), e.start, e."end", e.line) AS text
FROM link AS l
JOIN record AS r ON r.line = l.line
JOIN jbrowse_parent AS e ON e.id = l.parent AND e.seqid = r.seqid
WHERE l.space = 'ID' AND (r.start < e.start OR r."end" > e."end")
GROUP BY l.line, l.parent ORDER BY r.line;

-- check: jbrowse-tbi
SELECT line, printf('end %d is beyond 536870912; index with tabix --csi', "end") AS text
FROM record WHERE "end" > 536870912 ORDER BY line;

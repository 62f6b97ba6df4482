-- Names: lines that share one are one feature, and nothing else is.

-- make: the names that several lines have
CREATE INDEX record_id ON record (space, id);
CREATE TABLE shared AS
SELECT space, id, MIN(line) AS first, MAX(trans) AS trans,
       COUNT(DISTINCT type) AS types, COUNT(DISTINCT seqid) AS seqids,
       COUNT(DISTINCT strand) AS strands, COUNT(DISTINCT IFNULL(parents, 0)) AS parents,
       COUNT(DISTINCT section) AS sections
FROM record WHERE id IS NOT NULL
GROUP BY space, id HAVING COUNT(*) > 1;

-- check: id-type
SELECT r.line, printf('%s %s is a %s here and a %s on line %d', r.space, json_quote(r.id), r.type, f.type, f.line) AS text
FROM shared AS s
JOIN record AS f ON f.line = s.first
JOIN record AS r ON r.space = s.space AND r.id = s.id AND r.type <> f.type
WHERE s.types > 1 ORDER BY r.line;

-- check: id-sequence
SELECT r.line, printf('%s %s is on %s here and on %s on line %d', r.space, json_quote(r.id), json_quote(r.seqid), json_quote(f.seqid), f.line) AS text
FROM shared AS s
JOIN record AS f ON f.line = s.first
JOIN record AS r ON r.space = s.space AND r.id = s.id AND r.seqid <> f.seqid
WHERE s.seqids > 1 AND NOT s.trans ORDER BY r.line;

-- check: id-parent
SELECT r.line, printf('%s %s has another Parent here than on line %d', r.space, json_quote(r.id), f.line) AS text
FROM shared AS s
JOIN record AS f ON f.line = s.first
JOIN record AS r ON r.space = s.space AND r.id = s.id AND r.parents IS NOT f.parents
WHERE s.parents > 1 ORDER BY r.line;

-- check: id-strand
SELECT r.line, printf('%s %s is on strand %s here and on strand %s on line %d', r.space, json_quote(r.id), IFNULL(r.strand, '.'), IFNULL(f.strand, '.'), f.line) AS text
FROM shared AS s
JOIN record AS f ON f.line = s.first
JOIN record AS r ON r.space = s.space AND r.id = s.id AND r.strand IS NOT f.strand
WHERE s.strands > 1 AND s.seqids = 1 AND NOT s.trans ORDER BY r.line;

-- Parts of an alignment may overlap, and a programmed frameshift goes back a base or two.
-- check: id-overlap
SELECT line, printf('%s %s covers %d-%d here and %d-%d on line %d', space, json_quote(id), start, "end", before_start, before_end, before) AS text
FROM (
    SELECT r.line, r.space, r.id, r.start, r."end", r.hash,
           LAG(r.line) OVER w AS before, LAG(r.start) OVER w AS before_start,
           LAG(r."end") OVER w AS before_end, LAG(r.hash) OVER w AS before_hash
    FROM shared AS s
    JOIN record AS r ON r.space = s.space AND r.id = s.id
    WHERE s.types = 1 AND s.seqids = 1 AND s.strands <= 1 AND NOT s.trans AND r.type NOT LIKE '%match%'
    WINDOW w AS (PARTITION BY r.space, r.id ORDER BY r.start, r."end")
)
WHERE before_end - start >= 2 AND hash <> before_hash ORDER BY line;

-- Exons and CDS of a GTF transcript, whether or not it has a line of its own.
-- make: the transcripts whose parts do not agree
CREATE INDEX link_parent ON link (space, parent);
CREATE TABLE scattered AS
SELECT l.parent AS id, MIN(l.line) AS first, MAX(r.trans) AS trans,
       COUNT(DISTINCT r.seqid) AS seqids, COUNT(DISTINCT r.strand) AS strands
FROM link AS l JOIN record AS r ON r.line = l.line
WHERE l.space = 'transcript_id'
GROUP BY l.parent HAVING COUNT(DISTINCT r.seqid) > 1 OR COUNT(DISTINCT r.strand) > 1;

-- check: transcript-sequence
SELECT r.line, printf('transcript_id %s is on %s here and on %s on line %d', json_quote(s.id), json_quote(r.seqid), json_quote(f.seqid), f.line) AS text
FROM scattered AS s
JOIN record AS f ON f.line = s.first
JOIN link AS l ON l.space = 'transcript_id' AND l.parent = s.id
JOIN record AS r ON r.line = l.line AND r.seqid <> f.seqid
WHERE s.seqids > 1 AND NOT s.trans ORDER BY r.line;

-- check: transcript-strand
SELECT r.line, printf('transcript_id %s is on strand %s here and on strand %s on line %d', json_quote(s.id), IFNULL(r.strand, '.'), IFNULL(f.strand, '.'), f.line) AS text
FROM scattered AS s
JOIN record AS f ON f.line = s.first
JOIN link AS l ON l.space = 'transcript_id' AND l.parent = s.id
JOIN record AS r ON r.line = l.line AND r.strand IS NOT f.strand
WHERE s.seqids = 1 AND NOT s.trans ORDER BY r.line;

-- check: trans-spliced
SELECT f.line, printf('%s %s is trans-spliced: its parts are on different strands or sequences', f.space, json_quote(f.id)) AS text
FROM shared AS s JOIN record AS f ON f.line = s.first
WHERE s.trans AND (s.seqids > 1 OR s.strands > 1)
UNION ALL
SELECT first, printf('transcript_id %s is trans-spliced: its parts are on different strands or sequences', json_quote(id))
FROM scattered WHERE trans
ORDER BY 1;

-- make: lines by their hash
CREATE INDEX record_hash ON record (hash);

-- check: duplicate-line
SELECT r.line, printf('the same as line %d; take one of them out', g.first) AS text
FROM (SELECT hash, MIN(line) AS first FROM record GROUP BY hash HAVING COUNT(*) > 1) AS g
JOIN record AS r ON r.hash = g.hash AND r.line > g.first
ORDER BY r.line;

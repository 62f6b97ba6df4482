-- Phases: each part of a CDS goes on in the codon that the part before it broke off in.

-- A chain is the lines of one ID under one Parent; where each part has an ID of its own, or none,
-- it is all CDS under the Parent.
-- make: parts of CDS, each with its chain and its place in it
CREATE TABLE part AS
SELECT space, parent, chain, line, seqid, strand, phase, trans, "end" - start + 1 AS bases,
       ROW_NUMBER() OVER w AS nth,
       FIRST_VALUE(phase) OVER w AS first_phase,
       SUM("end" - start + 1) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
       CASE strand WHEN '-' THEN LAG(start) OVER w - "end" - 1 ELSE start - LAG("end") OVER w - 1 END AS gap
FROM (
    SELECT l.space, l.parent, r.*,
           CASE WHEN COUNT(*) OVER (PARTITION BY l.space, l.parent, r.id) > 1 THEN IFNULL(r.id, '') ELSE '' END AS chain
    FROM record AS r JOIN link AS l ON l.line = r.line
    WHERE r.type IN ('CDS', 'SO:0000316') AND r.start <= r."end"
)
WINDOW w AS (PARTITION BY space, parent, chain ORDER BY CASE strand WHEN '-' THEN -"end" ELSE start END);

-- Nothing is said of chains with a missing phase, of two strands or sequences, or whose parts have
-- IDs of their own and overlap by more than two bases, which no frameshift does: those are alternatives.
-- make: the first part of each chain whose phase is not what the parts before it make it
CREATE TABLE wrong AS
SELECT parent, line, phase, before, expected, gap BETWEEN -2 AND 2 AND phase = 0 AS shifted
FROM (
    SELECT parent, line, phase, before, nth, gap,
           ((first_phase - before) % 3 + 3) % 3 AS expected,
           MIN(CASE WHEN ((first_phase - before) % 3 + 3) % 3 <> phase THEN nth END) OVER chain AS first_wrong,
           MIN(gap) OVER chain < -2 AND chain = '' AS alternatives,
           MIN(strand) OVER chain IS NOT MAX(strand) OVER chain
           OR MIN(seqid) OVER chain <> MAX(seqid) OVER chain
           OR MAX(phase IS NULL) OVER chain
           OR MAX(trans) OVER chain AS unknown
    FROM part
    WINDOW chain AS (PARTITION BY space, parent, chain)
)
WHERE nth = first_wrong AND NOT unknown AND NOT alternatives;

-- check: phase-sum
SELECT line, printf('expected phase %d after %d coding bases of %s, found %d', expected, before, json_quote(parent), phase) AS text
FROM wrong WHERE NOT shifted ORDER BY line;

-- check: phase-frameshift
SELECT line, printf('phase %d, not %d, after %d coding bases of %s: taken for a frameshift, because the part before it ends a base or two away', phase, expected, before, json_quote(parent)) AS text
FROM wrong WHERE shifted ORDER BY line;

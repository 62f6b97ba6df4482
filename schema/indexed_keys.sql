-- The promoted keys that have an index of their own.
SELECT DISTINCT part.name
FROM pragma_index_list('gff') AS list
CROSS JOIN pragma_index_info(list.name) AS part
JOIN _promoted ON _promoted.key = part.name
WHERE part.seqno = 0 AND _promoted.key NOT IN ('ID', 'Parent')
ORDER BY _promoted.position;

-- Each place once, with how many transcripts have it.
SELECT dataset, seqid, start, "end", strand, part, COUNT(*) AS transcripts
FROM place
GROUP BY dataset, seqid, start, "end", strand, part
ORDER BY dataset, seqid, start, "end", strand, part;

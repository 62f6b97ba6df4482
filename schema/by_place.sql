-- How an answer is sorted that is read by place alone: what stands behind a SELECT of table gff.
ORDER BY gff.seqid, gff.start

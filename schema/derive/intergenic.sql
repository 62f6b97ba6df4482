-- What is between genes, by sequence.
SELECT dataset, seqid, start, "end", strand, left_gene, right_gene, length, origin
FROM intergenic
ORDER BY dataset, seqid, start;

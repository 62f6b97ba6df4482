-- The circular sequences whose length is known. The dataset is told where a sequence of the same name
-- is no circle in another dataset, or one of another length; else it is NULL, and all have the same.
SELECT DISTINCT iif(is_one, NULL, circle.dataset) AS dataset, circle.seqid, circle.length
FROM (
    SELECT
        seqid,
        min(circular) AND min(length) = max(length) AND count(length) = count(*) AS is_one
    FROM (SELECT DISTINCT seqid FROM sequence WHERE circular)
    CROSS JOIN dataset
    CROSS JOIN sequence USING (dataset, seqid)
    GROUP BY seqid
) AS called
CROSS JOIN dataset
CROSS JOIN sequence AS circle ON circle.dataset = dataset.dataset AND circle.seqid = called.seqid
WHERE circle.circular AND circle.length > 0;

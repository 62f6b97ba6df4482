-- Stretches between genes: between those that overlap or touch, taken together, and the next ones; and before the first and
-- behind the last gene of a sequence whose length is known. Strands are not looked at. A gene over the origin of a circle
-- ends where the circle does, and goes on at base 1.
CREATE VIEW intergenic AS
SELECT
    dataset,                                    -- dataset.dataset
    seqid,                                      -- gff.seqid
    start,                                      -- first base, 1-based
    "end",                                      -- last base, inside
    NULL AS strand,                             -- always NULL
    left_gene,                                  -- ID of the gene that ends before it; NULL: the sequence begins there
    right_gene,                                 -- ID of the gene that begins behind it; NULL: the sequence ends there
    "end" - start + 1 AS length,                -- in bases
    origin                                      -- 'derived'
FROM (
    SELECT dataset, seqid, before + 1 AS start, start - 1 AS "end", gene_before AS left_gene, gene AS right_gene, 'derived' AS origin
    FROM (
        SELECT
            dataset, seqid, start, gene,
            LAG("end") OVER (PARTITION BY dataset, seqid ORDER BY start) AS before,
            LAG(last_gene) OVER (PARTITION BY dataset, seqid ORDER BY start) AS gene_before
        FROM (
            SELECT
                dataset, seqid, stretch, MIN(start) AS start, MAX("end") AS "end", MIN(first_gene) AS gene, MIN(last_gene) AS last_gene
            FROM (
                SELECT
                    dataset, seqid, stretch, start, "end",
                    FIRST_VALUE(gene) OVER (PARTITION BY dataset, seqid, stretch ORDER BY start, "end", record_id) AS first_gene,
                    FIRST_VALUE(gene) OVER (PARTITION BY dataset, seqid, stretch ORDER BY "end" DESC, record_id) AS last_gene
                FROM (
                    SELECT
                        dataset, seqid, start, "end", gene, record_id,
                        SUM(CASE WHEN start <= before + 1 THEN 0 ELSE 1 END) OVER (
                            PARTITION BY dataset, seqid ORDER BY start, "end", record_id ROWS UNBOUNDED PRECEDING
                        ) AS stretch
                    FROM (
                        SELECT
                            dataset, seqid, start, "end", gene, record_id,
                            MAX("end") OVER (
                                PARTITION BY dataset, seqid
                                ORDER BY start, "end", record_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                            ) AS before
                        FROM (
                            SELECT g.dataset, g.seqid, g.start,
                                CASE WHEN circular = 1 AND g."end" > length THEN length ELSE g."end" END AS "end", ID AS gene, record_id
                            FROM _feature_line AS g
                            LEFT JOIN sequence ON sequence.dataset = g.dataset AND sequence.seqid = g.seqid
                            WHERE class = 'gene' AND g.start IS NOT NULL AND g."end" IS NOT NULL AND g.seqid IS NOT NULL
                            UNION ALL
                            SELECT g.dataset, g.seqid, 1, g."end" - length, ID, record_id
                            FROM _feature_line AS g
                            JOIN sequence ON sequence.dataset = g.dataset AND sequence.seqid = g.seqid
                            WHERE class = 'gene' AND circular = 1 AND length > 0 AND g."end" > length AND g.start IS NOT NULL
                            UNION ALL
                            -- The ends of the sequence.
                            SELECT dataset, seqid, 0, 0, NULL, 0 FROM sequence WHERE length > 0 AND known_by <> 'extent'
                            UNION ALL
                            SELECT dataset, seqid, length + 1, length + 1, NULL, 0 FROM sequence
                            WHERE length > 0 AND known_by <> 'extent'
                        ) AS gene
                    ) AS ordered
                ) AS joined
            ) AS stretch
            GROUP BY dataset, seqid, stretch
        ) AS merged
    ) AS gap
    WHERE before IS NOT NULL
) AS between_genes;

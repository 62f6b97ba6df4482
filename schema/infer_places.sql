-- Records by their first and last base, for what they are parts of; gone when the load ends. An end before
-- the start is the first base, but on a circle, where the feature runs over the origin.
CREATE TEMP VIEW placed AS
SELECT
    gff.record_id, gff.dataset, gff.seqid, gff.type, gff.strand, gff.Parent,
    iif(gff."end" < gff.start AND NOT EXISTS (
        SELECT 1 FROM sequence AS own
        WHERE own.dataset = gff.dataset AND own.seqid = gff.seqid AND own.circular
    ), gff."end", gff.start) AS first,
    iif(gff."end" < gff.start AND NOT EXISTS (
        SELECT 1 FROM sequence AS own
        WHERE own.dataset = gff.dataset AND own.seqid = gff.seqid AND own.circular
    ), gff.start, gff."end") AS last
FROM gff;

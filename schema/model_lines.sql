-- Where a record, ?1, lies.
SELECT start, "end", strand FROM gff WHERE record_id = ?1;

-- Every dataset, in the order in which they were loaded.
SELECT dataset, file, format, bytes, sha256, lines, records, first_record, line_end, last_line_end,
    compression
FROM dataset
ORDER BY first_record, dataset;

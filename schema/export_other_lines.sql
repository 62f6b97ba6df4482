-- The lines of dataset ?1 that are no records, in file order. One that says of no record that it
-- stands before it belongs where its number puts it, if others that do say so come after it. A byte order
-- mark stands before all, whatever the number of the record that followed it is now.
SELECT
    CASE
        WHEN kind = 'mark' THEN -9223372036854775808
        WHEN before_record IS NULL AND line < (
            SELECT max(line) FROM _other_line WHERE dataset = ?1 AND before_record IS NOT NULL
        ) THEN -9223372036854775808
        ELSE before_record
    END AS before_record,
    kind, text, line_end, part
FROM _other_line
WHERE dataset = ?1
ORDER BY dataset, line, kind, part;

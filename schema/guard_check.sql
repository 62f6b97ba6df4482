-- What is wrong once a load is done, a row for each; ?1 is the last record of the files, ?2 the datasets that were
-- loaded, a JSON array of names.
SELECT printf('expected every record after %d to be an inferred one', ?1)
WHERE (SELECT count(*) FROM gff WHERE record_id > ?1)
    IS NOT (SELECT count(*) FROM _inferred WHERE record_id > ?1)
UNION ALL
-- Column dataset has a default, which all records of the first file have.
SELECT printf('expected the records of dataset "%s" to be %d to %d', loaded.dataset, loaded.first_record, loaded.first_record + loaded.records - 1)
FROM dataset AS loaded
WHERE loaded.dataset IN (SELECT value FROM json_each(?2))
    AND min(loaded.records, 2) IS NOT (
        SELECT count(*) FROM gff
        WHERE gff.dataset = loaded.dataset
            AND gff.record_id IN (loaded.first_record, loaded.first_record + loaded.records - 1)
    );

-- What was loaded, in the order of loading.
SELECT dataset, file, format, compression, bytes, sha256, lines, records, options, gffdb_version,
    loaded_at,
    unixepoch(loaded_at) AS loaded_seconds  -- since 1970, UTC; NULL where it is no time
FROM dataset
ORDER BY first_record, loaded_at, dataset;

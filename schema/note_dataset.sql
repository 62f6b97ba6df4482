-- The row of a file that was loaded, its columns in order but for the time.
INSERT INTO dataset VALUES (
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, strftime('%Y-%m-%dT%H:%M:%SZ', 'now')
);

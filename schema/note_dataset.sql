-- The row of a file that was loaded, its columns in order; ?14 is the time in seconds since 1970, NULL is now.
INSERT INTO dataset VALUES (
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
    coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', ?14, 'unixepoch'), strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);

-- ?1, seconds since 1970, as table dataset writes a time.
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?1, 'unixepoch');

-- ?1: a code, or '' for all of them.
SELECT line, code, text FROM finding WHERE ?1 IN ('', code) ORDER BY line, rowid;

-- An index of gff whose pages are in the file already: ?1 its name, ?2 its root page, ?3 its statement.
INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('index', ?1, 'gff', ?2, ?3);

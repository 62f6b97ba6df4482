-- How many records gffdb added to those of the files.
SELECT COUNT(*) FROM _inferred;

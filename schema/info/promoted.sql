-- The keys that are columns, in the order of the columns.
SELECT key FROM promoted ORDER BY position;

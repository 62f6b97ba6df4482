-- The keys that are columns, in the order of the columns.
SELECT key FROM _promoted ORDER BY position;

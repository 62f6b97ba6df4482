-- The promoted keys beyond ID and Parent, in order.
SELECT key FROM _promoted WHERE key NOT IN ('ID', 'Parent') ORDER BY position;

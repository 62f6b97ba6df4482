-- The single parents of the records from ?1 to ?2 that have several.
SELECT record_id, Parent FROM _multi_parent WHERE record_id BETWEEN ?1 AND ?2 ORDER BY record_id;

-- The records from ?1 to ?2 that gffdb added.
SELECT record_id FROM _inferred WHERE record_id BETWEEN ?1 AND ?2 ORDER BY record_id;

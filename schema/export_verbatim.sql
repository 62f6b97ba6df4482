-- The fields from record ?1 to record ?2 that are not rendered from their columns.
SELECT record_id, field, bytes FROM _verbatim WHERE record_id BETWEEN ?1 AND ?2 ORDER BY record_id;

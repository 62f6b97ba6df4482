-- The records of dataset ?1 from record ?2 to record ?3, in file order.
SELECT * FROM gff WHERE record_id BETWEEN ?2 AND ?3 AND dataset = ?1 ORDER BY record_id;

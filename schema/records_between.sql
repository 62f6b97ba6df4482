-- Records from ?1 to ?2, in file order.
SELECT gff.* FROM gff WHERE record_id BETWEEN ?1 AND ?2 ORDER BY record_id;

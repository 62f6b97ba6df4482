-- A record, ?1.
SELECT gff.* FROM gff WHERE record_id = ?1;

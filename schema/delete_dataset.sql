-- Takes a dataset out. ?1 is its name.
DELETE FROM multi_parent WHERE record_id IN (SELECT record_id FROM gff WHERE dataset = ?1);
DELETE FROM attribute_value WHERE record_id IN (SELECT record_id FROM gff WHERE dataset = ?1);
DELETE FROM outdated_value WHERE record_id IN (SELECT record_id FROM gff WHERE dataset = ?1);
DELETE FROM moved_record WHERE record_id IN (SELECT record_id FROM gff WHERE dataset = ?1);
DELETE FROM verbatim WHERE record_id IN (SELECT record_id FROM gff WHERE dataset = ?1);
DELETE FROM inferred WHERE record_id IN (SELECT record_id FROM gff WHERE dataset = ?1);
DELETE FROM gff WHERE dataset = ?1;
DELETE FROM other_line WHERE dataset = ?1;
DELETE FROM issue WHERE dataset = ?1;
DELETE FROM sequence WHERE dataset = ?1;
DELETE FROM dataset WHERE dataset = ?1;

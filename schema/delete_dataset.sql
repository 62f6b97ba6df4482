-- Takes a dataset out. ?1 is its name.
DELETE FROM _multi_parent WHERE record_id IN (SELECT record_id FROM gff WHERE dataset = ?1);
DELETE FROM attribute_value WHERE record_id IN (SELECT record_id FROM gff WHERE dataset = ?1);
DELETE FROM _outdated_value WHERE record_id IN (SELECT record_id FROM gff WHERE dataset = ?1);
DELETE FROM _moved_record WHERE record_id IN (SELECT record_id FROM gff WHERE dataset = ?1);
DELETE FROM _verbatim WHERE record_id IN (SELECT record_id FROM gff WHERE dataset = ?1);
DELETE FROM _inferred WHERE record_id IN (SELECT record_id FROM gff WHERE dataset = ?1);
DELETE FROM gff WHERE dataset = ?1;
DELETE FROM _other_line WHERE dataset = ?1;
DELETE FROM issue WHERE dataset = ?1;
DELETE FROM sequence WHERE dataset = ?1;
DELETE FROM dataset WHERE dataset = ?1;

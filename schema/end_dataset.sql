-- Lines after the last record come before no record; ?1 dataset, ?2 one beyond its last record.
UPDATE _other_line SET before_record = NULL WHERE dataset = ?1 AND before_record = ?2;

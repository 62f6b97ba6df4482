-- ?1 the first record that was inferred; all after it were.
INSERT INTO _inferred SELECT record_id FROM gff WHERE record_id >= ?1;

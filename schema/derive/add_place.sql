-- Adds a place.
INSERT INTO place (dataset, seqid, start, "end", strand, part) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

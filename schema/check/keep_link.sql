-- ?1: the line, ?2: which names, ?3: the Parent.
INSERT INTO link (line, space, parent) VALUES (?1, ?2, ?3);

-- ?1: the line, ?2: the code, ?3: the text.
INSERT INTO finding (line, code, text) VALUES (?1, ?2, ?3);

-- The end before the start; 0-1023 bases, then thirty-two times longer a class.
INSERT INTO _length_class (class, longest) VALUES
    (-1, NULL), (0, 1023), (1, 32767), (2, 1048575), (3, 33554431), (4, NULL);

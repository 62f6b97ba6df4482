-- 0-127 bases, then eight times longer a class.
INSERT INTO length_class (class, longest) VALUES
    (0, 127), (1, 1023), (2, 8191), (3, 65535), (4, 524287), (5, 4194303), (6, 33554431), (7, NULL);

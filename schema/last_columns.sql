-- Columns of gff that are added once rows are in: the layout when the first line needs one, the dataset
-- behind the rows of the first file. These rows then hold no byte of them; SQLite takes the DEFAULT.

ALTER TABLE gff ADD COLUMN
    layout /* how the line was written: _layout.layout_id; NULL is the plain way */ INTEGER;

ALTER TABLE gff ADD COLUMN
    dataset /* which file the record came from: dataset.dataset */ TEXT NOT NULL DEFAULT 'first';

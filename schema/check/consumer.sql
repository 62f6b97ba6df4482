-- What every consumer's checks ask.

-- make: indexes
CREATE INDEX record_id ON record (space, id);
CREATE INDEX link_line ON link (line);
CREATE INDEX link_parent ON link (space, parent);
CREATE INDEX extra_transcript ON extra (transcript_id) WHERE transcript_id IS NOT NULL;

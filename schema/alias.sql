-- Table alias, for a database that was made without it; columns as in tables.sql.
CREATE TABLE IF NOT EXISTS alias (
    seqid TEXT NOT NULL,
    alias TEXT NOT NULL,
    style TEXT NOT NULL,
    PRIMARY KEY (alias, seqid, style)
) WITHOUT ROWID;

"""Loads a file with a Python peer, or counts what it loaded.

usage: peers.py PEER load INPUT DATABASE
       peers.py PEER count DATABASE
       peers.py PEER version
"""
import importlib.metadata
import sys

COLUMNS = {
    "seqid": "VARCHAR", "source": "VARCHAR", "type": "VARCHAR", "start": "BIGINT",
    "end": "BIGINT", "score": "DOUBLE", "strand": "VARCHAR", "phase": "INTEGER",
    "attributes": "VARCHAR",
}

# The text into a table of typed columns, and the two keys that everybody asks for.
DUCKDB_LOAD = r"""
    CREATE TABLE gff AS
    SELECT *,
        regexp_extract(attributes, '(?:^|;)ID=([^;]*)', 1) AS ID,
        regexp_extract(attributes, '(?:^|;)Parent=([^;]*)', 1) AS Parent
    FROM read_csv(?, delim = '\t', header = false, auto_detect = false, strict_mode = false,
        null_padding = true, comment = '#', quote = '', nullstr = '.', columns = {columns})
"""


def duckdb_load(source, database):
    import duckdb

    connection = duckdb.connect(database)
    connection.execute(DUCKDB_LOAD.format(columns=COLUMNS), [source])
    connection.close()


def duckdb_count(database):
    import duckdb

    return duckdb.connect(database, read_only=True).execute("SELECT COUNT(*) FROM gff").fetchone()[0]


def gffutils_load(source, database):
    import gffutils

    # create_unique: the same ID on several lines is common, and an error otherwise.
    gffutils.create_db(source, database, merge_strategy="create_unique",
                       disable_infer_genes=True, disable_infer_transcripts=True)


def gffutils_count(database):
    import gffutils

    return gffutils.FeatureDB(database).count_features_of_type()


def gffbase_load(source, database):
    import gffbase

    with gffbase.create_db(source, database, merge_strategy="create_unique",
                           disable_infer_genes=True, disable_infer_transcripts=True):
        pass


def gffbase_count(database):
    import gffbase

    with gffbase.FeatureDB(database) as db:
        return db.count_features_of_type()


def main(peer, task, *paths):
    if task == "version":
        print(importlib.metadata.version(peer))
    elif task == "load":
        globals()[f"{peer}_load"](*paths)
    else:
        print(globals()[f"{peer}_count"](*paths))


if __name__ == "__main__":
    main(*sys.argv[1:])

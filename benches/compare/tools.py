"""The tools: how each loads a file, how many records it then knows, what its number hides."""
import dataclasses
import shlex
import shutil
import subprocess

# Nine columns as text and number, as a person types it; sqlite3's own settings.
SQLITE_IMPORT = """sqlite3 {out} \
'CREATE TABLE gff (seqid TEXT, source TEXT, type TEXT, start INTEGER, "end" INTEGER, score TEXT, \
strand TEXT, phase TEXT, attributes TEXT)' '.mode tabs' \
'.import --skip {comments} '{input}' gff'"""


@dataclasses.dataclass
class Tool:
    name: str
    program: str
    version: str  # a command until it has been run
    load: str = ""
    count: str = ""
    form: str = "plain"  # of the data
    expected: str = "records"  # what the count must equal
    does_not_show: str = ""
    region: str = ""  # prints one line a record, and perhaps lines that start with #
    region_name: str = ""


def every(work, gffdb):
    gffdb = shlex.quote(str(gffdb))
    python = shlex.quote(str(work / "venv/bin/python"))
    peers = shlex.quote(str(__file__).replace("tools.py", "peers.py"))
    gffx = shlex.quote(str(work / "tools/bin/gffx"))

    def ours(name, form, more, does_not_show):
        return Tool(
            name, "gffdb", f"{gffdb} --version",
            load=f"{gffdb} convert --quiet {{input}} -o {{out}} {more}",
            count=f"{gffdb} sql {{out}} --format tsv 'SELECT COUNT(*) FROM gff' | tail -n 1",
            form=form, does_not_show=does_not_show,
        )

    def peer(name, does_not_show, label):
        return Tool(
            label, name, f"{python} {peers} {name} version",
            load=f"{python} {peers} {name} load {{input}} {{out}}",
            count=f"{python} {peers} {name} count {{out}}",
            does_not_show=does_not_show,
        )

    plain = ours(
        "gffdb convert", "plain", "",
        "Indexes on type and place, ID and Parent, SHA-256, the proof of every line and a sync to the disk are in.",
    )
    plain.region = f"{gffdb} query {{out}} --region {{seqid}}:{{start}}-{{end}}"
    plain.region_name = "gffdb query, on the database"
    return [
        plain,
        ours("gffdb convert, gzip input", "gzip", "", "As above; one thread inflates."),
        ours("gffdb convert, BGZF input", "bgzf", "", "As above; the reading thread inflates."),
        ours("gffdb convert --promote all", "plain", "--promote all",
             "As the first, with a column for every key."),
        peer("duckdb", "No index, no record of comments or order, nothing to get the file back "
             "from; the columnar file is compressed. The start of Python is in.",
             "DuckDB read_csv + two regexes, no index"),
        Tool("sqlite3 .import, nine columns, no index", "sqlite3", "sqlite3 --version",
             load=SQLITE_IMPORT, count="sqlite3 {out} 'SELECT COUNT(*) FROM gff'",
             does_not_show="Column 9 stays one string; no index; one thread."),
        peer("gffbase", "Tables of parents, of all descendants and of single attributes, with "
             "indexes, are in, and gffdb has no such tables; comments are not. The start of Python "
             "is in.", "gffbase create_db"),
        peer("gffutils", "A table of all descendants and six indexes are in; gffdb walks the "
             "hierarchy when asked. Attributes become JSON; comments are lost. The start of Python "
             "is in.", "gffutils create_db"),
        Tool("GFFx index, the text stays", "gffx", f"{gffx} --version",
             load=f"{gffx} index -i {{input}}",
             count="grep -v '^#' {input} | cut -f 1 | sort -u | sed 's/$/\\t0\\t2000000000/' > {out} && "
                   f"{gffx} intersect -i {{input}} -b {{out}} -t 2 | grep -vc '^#'",
             does_not_show="An index beside the text, no database: the text must stay.",
             region=f"{gffx} intersect -i {{input}} -r {{seqid}}:{{start}}-{{end}} -t 2",
             region_name="gffx intersect, on the text and its index"),
        Tool("sort, bgzip, tabix", "tabix", "tabix --version",
             load="(grep '^#' {input}; grep -v '^#' {input} | LC_ALL=C sort -t \"$(printf '\\t')\" "
                  "-k1,1 -k4,4n) | bgzip -@ 2 > {out}.gz && tabix -p gff {out}.gz",
             count="tabix -l {out}.gz | xargs -d '\\n' tabix {out}.gz | wc -l",
             does_not_show="Answers regions only, and the file's own order is lost.",
             region="tabix {out}.gz {seqid}:{start}-{end}", region_name="tabix, on the sorted file"),
        Tool("gffread, text to text", "gffread", "gffread --version",
             load="gffread {input} -o {out}", count="grep -c \"$(printf '\\ttranscript\\t')\" {out}",
             expected="transcripts",
             does_not_show="Keeps transcripts and exons, drops most attributes and genes; only "
                           "transcripts are counted."),
        Tool("", "bedtools", "bedtools --version",
             region="bedtools intersect -u -a {input} -b {bed}",
             region_name="bedtools intersect, on the text"),
    ]


def found(work, gffdb):
    """Returns the tools that are there, with their versions, and the names of the others."""
    there, missing = [], []
    for tool in every(work, gffdb):
        program = shlex.split(tool.version)[0]
        if not shutil.which(program):
            missing.append(tool.program)
            continue
        done = subprocess.run(tool.version, shell=True, capture_output=True, text=True)
        if done.returncode != 0:
            missing.append(tool.program)
            continue
        tool.version = version_in(done.stdout or done.stderr)
        there.append(tool)
    return there, sorted(set(missing))


def version_in(text):
    """Returns the first word that looks like a version: `3.40.1` of `3.40.1 2022-12-28 …`."""
    words = text.replace("v", " ").split()
    return next((word for word in words if word[0].isdigit() and "." in word), text.strip())

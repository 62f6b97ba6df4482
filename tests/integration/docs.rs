//! The documents run: commands in README.md and `tutorials/` are carried out, and what they print is
//! what the page says. `GFFDB_WRITE_DOCS=1 cargo test docs` writes what they print into the pages.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{data, reread, workdir::Workdir};

mod compare;
mod document;
pub mod terminal;

use self::document::{Document, Step};

/// Programs that a page may use and a machine may lack: what names them, how to tell. What names
/// pandas also names the files of programs that use it, so that what needs these is skipped too.
const TOOLS: [(&str, &str); 9] = [
    ("tabix ", "tabix --version"),
    ("sqlite3 ", "sqlite3 --version"),
    ("python3", "python3 --version"),
    ("pandas", "python3 -c 'import pandas'"),
    ("/usr/bin/time", "/usr/bin/time -v true"),
    (".usage", "/usr/bin/time -v true"),
    ("duckdb", "python3 -c 'import duckdb'"),
    ("RSQLite", "Rscript -e 'library(RSQLite)'"),
    ("datasette ", "datasette --version"),
];

/// What `.ci/run` installs for the tests: where it is missing with `CI=true`, they fail.
const ON_CI: [&str; 6] = [
    "tabix",
    "sqlite3",
    "python3",
    "pandas",
    "/usr/bin/time",
    ".usage",
];

/// The programs of the virtual environment that `.ci/run` makes of `tests/requirements.txt`.
const PYTHON: &str = "target/python/bin/python3";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("README.md")
}

fn tutorials() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tutorials")).expect("tutorials");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    paths.sort();
    paths
}

/// Runs a page's commands in one fresh directory, in order, and compares what they print.
fn run(path: &Path) {
    run_in(&Workdir::new(), path);
}

/// Runs a page's commands in a directory, in order, and compares what they print.
fn run_in(dir: &Workdir, path: &Path) {
    let text = fs::read_to_string(path).expect("a page");
    let page = Document::parse(&text);
    assert!(!page.steps.is_empty(), "{}: no commands", path.display());
    let bin = Workdir::new();
    tools(&bin);
    let mut tools = BTreeMap::new();
    let mut differing = Vec::new();
    for step in &page.steps {
        if let Some(tool) = missing(step, &bin.path(""), &mut tools) {
            skipped(path, step, tool);
            continue;
        }
        let mut printed = terminal::run(step, &dir.path(""), &bin.path(""));
        if reads_only(step) && !compare::same(&page.output(step), &printed) {
            // A table's widths are fixed early where a machine is so busy that a row is late.
            printed = terminal::run(step, &dir.path(""), &bin.path(""));
        }
        if !compare::same(&page.output(step), &printed) {
            differing.push((step, printed));
        }
    }
    if std::env::var_os("GFFDB_WRITE_DOCS").is_some() {
        fs::write(path, page.rewritten(&differing)).expect("a page written");
        return;
    }
    let told: String = differing
        .iter()
        .map(|(step, printed)| {
            format!(
                "\n{}:{}: $ {}\n--- the page says\n{}\n--- it prints\n{}\n",
                path.display(),
                step.line,
                step.command,
                page.output(step).join("\n"),
                printed.join("\n"),
            )
        })
        .collect();
    assert!(
        differing.is_empty(),
        "{told}\nGFFDB_WRITE_DOCS=1 cargo test docs  writes what the commands print into the pages"
    );
}

/// Tells on standard error itself, which the test runner does not keep back, what was not run.
fn skipped(page: &Path, step: &Step, tool: &str) {
    assert!(
        !(data::is_ci() && ON_CI.contains(&tool)),
        "{}:{}: no {tool} here, which .ci/run installs",
        page.display(),
        step.line
    );
    let first = step.command.lines().next().unwrap_or_default();
    let page = page.strip_prefix(root()).unwrap_or(page).display();
    let line = format!("{page}:{}: skipped, no {tool} here: {first}\n", step.line);
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// Puts `gffdb`, a `cargo` that runs it, and the Python of the tests, if there is one, into a
/// directory for programs.
fn tools(bin: &Workdir) {
    // Its messages reach the terminal when it ends, so that it draws no progress bar on the way.
    let gffdb = format!(
        "messages=$(mktemp)\n'{}' \"$@\" 2>\"$messages\"\ncode=$?\n\
         cat \"$messages\" >&2\nrm \"$messages\"\nexit $code\n",
        env!("CARGO_BIN_EXE_gffdb")
    );
    // `cargo run --release -- demo demo`: cargo has built the program already.
    let cargo = "[ \"$1 $2 $3\" = 'run --release --' ] || exit 9\nshift 3\n";
    let mut scripts = vec![
        ("gffdb", format!("#!/bin/sh\n{gffdb}")),
        ("cargo", format!("#!/bin/sh\n{cargo}{gffdb}")),
    ];
    let python = root().join(PYTHON);
    if python.exists() {
        let script = format!("#!/bin/sh\nexec '{}' \"$@\"\n", python.display());
        scripts.push(("python3", script));
    }
    for (name, script) in scripts {
        let path = bin.file(name, script);
        let made = Command::new("chmod").arg("+x").arg(path).status();
        assert!(made.is_ok_and(|status| status.success()));
    }
}

fn reads_only(step: &Step) -> bool {
    step.command.starts_with("gffdb sql ") && !step.command.contains("--write")
}

/// Returns the first program that a step names and this machine lacks.
fn missing(
    step: &Step,
    bin: &Path,
    known: &mut BTreeMap<&'static str, bool>,
) -> Option<&'static str> {
    TOOLS.iter().find_map(|(name, probe)| {
        let needed = step.command.contains(name);
        let there = needed
            && *known
                .entry(name)
                .or_insert_with(|| terminal::succeeds(probe, bin));
        (needed && !there).then_some(name.trim())
    })
}

#[test]
fn the_readme_runs() {
    run(&root().join("README.md"));
}

#[test]
fn the_tutorials_run() {
    let pages = tutorials();
    assert!(!pages.is_empty());
    for page in pages {
        println!("{}", page.display());
        run(&page);
    }
}

#[test]
fn all_pages_can_be_followed_in_one_directory() {
    let dir = Workdir::new();
    run_in(&dir, &root().join("README.md"));
    for page in tutorials() {
        run_in(&dir, &page);
    }
}

#[test]
fn what_the_first_commands_make_is_ignored_by_git() {
    let readme = readme();
    let first = readme.lines().find(|line| line.starts_with("$ cargo run"));
    let first = first.expect("a command");
    let ignored = fs::read_to_string(root().join(".gitignore")).expect(".gitignore");
    for (argument, line) in [
        (" demo demo ", "/demo/"),
        (" -o demo.sqlite", "/demo.sqlite"),
    ] {
        assert!(first.contains(argument), "{first}");
        assert!(
            ignored.lines().any(|l| l == line),
            ".gitignore has no {line}"
        );
    }
}

#[test]
fn what_the_help_says_of_a_shell_works_on_a_new_account() {
    let bin = Workdir::new();
    tools(&bin);
    // It finds a page where it is told to look.
    let man = bin.file(
        "man",
        "#!/bin/sh\n[ \"$1\" = -M ] && test -s \"$2/man1/$3.1\"\n",
    );
    let made = Command::new("chmod").arg("+x").arg(man).status();
    assert!(made.is_ok_and(|status| status.success()));
    for (command, files) in [
        (
            "completions",
            &[
                ".local/share/bash-completion/completions/gffdb",
                ".zfunc/_gffdb",
                ".config/fish/completions/gffdb.fish",
            ][..],
        ),
        ("man", &[".local/share/man/man1/gffdb-convert.1"]),
    ] {
        let home = Workdir::new();
        let help = home.gffdb([command, "--help"]).stdout();
        let (_, examples) = help.split_once("Example:\n").expect("an example");
        let examples = examples.lines().filter(|line| line.starts_with("    "));
        for example in examples {
            let run = Command::new("bash")
                .args(["-c", example])
                .env("PATH", terminal::with(&bin.path("")))
                .env("HOME", home.path(""))
                .current_dir(home.path(""))
                .output()
                .expect("bash");
            assert!(run.status.success(), "{example}: {run:?}");
        }
        for file in files {
            let len = fs::metadata(home.path(file)).map_or(0, |m| m.len());
            assert!(len > 1_000, "{file}: {len} bytes");
        }
    }
}

#[test]
fn the_readme_links_every_tutorial() {
    let readme = readme();
    for path in tutorials() {
        let name = path.file_name().and_then(|name| name.to_str());
        let link = format!("(tutorials/{})", name.expect("UTF-8"));
        assert!(readme.contains(&link), "README.md has no link {link}");
    }
}

#[test]
fn local_links_lead_to_files() {
    let mut pages = tutorials();
    pages.extend(
        ["README.md", "schema/README.md", "benches/PEERS.md"].map(|page| root().join(page)),
    );
    for page in pages {
        let text = fs::read_to_string(&page).expect("a page");
        for (_, rest) in text
            .match_indices("](")
            .map(|(at, _)| text.split_at(at + 2))
        {
            let target = rest.split([')', '#']).next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") {
                let goal = page.parent().expect("a directory").join(target);
                assert!(goal.exists(), "{}: no {target}", page.display());
            }
        }
    }
}

#[test]
fn the_documented_table_is_the_real_one() {
    let schema = fs::read_to_string(root().join("schema/tables.sql")).expect("the schema");
    let begin = schema.find("CREATE TABLE gff (").expect("the table");
    let table = &schema[begin..];
    let table = &table[..table.find("\n);\n").expect("its end") + 3];
    let page = fs::read_to_string(root().join("schema/README.md")).expect("schema/README.md");
    assert!(
        page.contains(&format!("```sql\n{table}\n```\n")),
        "schema/README.md shows another table than schema/tables.sql:\n{table}"
    );
}

#[test]
fn every_table_and_column_of_a_database_is_documented() {
    let work = Workdir::new();
    let (file, target) = (
        work.file("a.gff3", "s\t.\tgene\t1\t9\t.\t+\t.\tID=a\n"),
        work.path("a.sqlite"),
    );
    gffdb::Loader::new(&target)
        .load(&[&file])
        .expect("it loads");
    let connection = reread::open(&target);
    let tables = reread::rows(
        &connection,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    );
    let page = fs::read_to_string(root().join("schema/README.md")).expect("schema/README.md");
    let mut listed: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(name, _)| name)
        .chain(["gff"])
        .collect();
    listed.sort_unstable();
    let views = reread::names(&connection, "view");
    for view in views.iter().filter(|view| !view.starts_with('_')) {
        // As `gene` or as `link(child, parent, …`.
        let named = [format!("`{view}`"), format!("`{view}(")];
        assert!(named.iter().any(|name| page.contains(name)), "{view}");
    }
    listed.retain(|name| !views.iter().any(|view| view == name));
    assert_eq!(listed, tables);
    // Each column with its comment, of which some go on in the next line.
    let schema: String = ["tables.sql", "type_class.sql", "edit_tables.sql"]
        .map(|name| fs::read_to_string(root().join("schema").join(name)).expect("a schema"))
        .concat();
    for table in tables {
        let begin = ["CREATE TABLE ", "CREATE TABLE IF NOT EXISTS "]
            .iter()
            .find_map(|create| schema.find(&format!("{create}{table} (\n")));
        let text = &schema[begin.unwrap_or_else(|| panic!("{table} is in no file"))..];
        let text = &text[..text.find("\n)").expect("its end")];
        let columns = format!("SELECT name FROM pragma_table_info('{table}')");
        for column in reread::rows(&connection, &columns) {
            let is_told = |line: &str| {
                let line = line.trim_start().trim_start_matches("-- ");
                let rest = line
                    .strip_prefix(&format!("{column} "))
                    .or_else(|| line.strip_prefix(&format!("\"{column}\" ")));
                rest.is_some_and(|rest| rest.contains("-- ") || rest.contains(": "))
            };
            assert!(text.lines().any(is_told), "{table}.{column} has no comment");
        }
    }
}

#[test]
fn the_library_lists_its_modules() {
    let library = fs::read_to_string(root().join("src/lib.rs")).expect("the library");
    let modules = library
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    for module in modules {
        let row = format!("//! | [`{module}`]");
        assert!(library.contains(&row), "src/lib.rs has no row for {module}");
    }
}

#[test]
fn ci_runs_the_tests_as_the_readme_says() {
    let readme = readme();
    let command = readme.lines().find(|line| line.starts_with("cargo test"));
    let command = command.expect("a command");
    let script = fs::read_to_string(root().join(".ci/run")).expect(".ci/run");
    assert!(
        script.lines().any(|line| line == command),
        ".ci/run has no line `{command}`"
    );
}

/// Returns the modules that a source file names after `crate::`, but for its tests.
fn modules_used(source: &str) -> BTreeSet<String> {
    let code: String = source
        .lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect();
    let word = |text: &str| -> String {
        let is_name = |c: &char| c.is_alphanumeric() || *c == '_';
        text.chars().take_while(is_name).collect()
    };
    let mut used = BTreeSet::new();
    for (_, rest) in code
        .match_indices("crate::")
        .map(|(at, text)| (at, &code[at + text.len()..]))
    {
        let Some(group) = rest.strip_prefix('{') else {
            used.insert(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut begins = true;
        for (at, c) in group.char_indices() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                c if begins && !c.is_whitespace() => {
                    used.insert(word(&group[at..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    used
}

#[test]
fn no_module_uses_one_that_stands_below_it_in_the_librarys_table() {
    let src = root().join("src");
    let library = fs::read_to_string(src.join("lib.rs")).expect("the library");
    let modules: Vec<String> = library
        .lines()
        .filter_map(|line| line.strip_prefix("//! | "))
        .filter_map(|row| Some(row.split('`').nth(1)?.to_owned()))
        .collect();
    let declared = library.lines().filter_map(|line| {
        line.trim_start_matches("pub ")
            .strip_prefix("mod ")?
            .strip_suffix(';')
    });
    let mut declared: Vec<&str> = declared.collect();
    declared.sort_unstable();
    let mut listed: Vec<&str> = modules.iter().map(String::as_str).collect();
    listed.sort_unstable();
    assert_eq!(listed, declared);
    let mut files = 0;
    for (place, module) in modules.iter().enumerate() {
        let mut waiting = vec![src.join(format!("{module}.rs")), src.join(module)];
        while let Some(path) = waiting.pop() {
            if path.is_dir() {
                let entries = fs::read_dir(&path).expect("a directory");
                waiting.extend(entries.map(|entry| entry.expect("an entry").path()));
            }
            let is_test = path
                .iter()
                .any(|part| part == "tests" || part == "tests.rs");
            if is_test || path.extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            files += 1;
            let source = fs::read_to_string(&path).expect("a source");
            for used in modules_used(&source) {
                let below = modules.iter().position(|other| *other == used);
                assert!(
                    below.is_none_or(|below| below <= place),
                    "{} uses {used}, which stands below {module} in src/lib.rs",
                    path.display()
                );
            }
        }
    }
    assert!(files > 100, "{files}");
}

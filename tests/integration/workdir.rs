//! A fresh directory for a test, and the program run in it.

use std::{
    ffi::OsStr,
    fmt,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// A directory that goes when the test ends.
pub struct Workdir {
    dir: tempfile::TempDir,
}

impl Workdir {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        Self { dir }
    }

    /// Returns the path of a file in the directory, there or not.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a file written");
        path
    }

    /// Returns a file's text.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file of text")
    }

    /// Returns the names of the files in the directory, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.dir.path()).expect("a directory");
        let mut names: Vec<_> = entries
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("UTF-8")
            })
            .collect();
        names.sort();
        names
    }

    /// Returns the program, to be run in the directory.
    pub fn gffdb<I>(&self, args: I) -> Run
    where
        I: IntoIterator<Item: AsRef<OsStr>>,
    {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gffdb"));
        command.args(args).current_dir(self.dir.path());
        Run {
            command,
            stdin: Vec::new(),
        }
    }
}

/// A run to come.
pub struct Run {
    command: Command,
    stdin: Vec<u8>,
}

impl Run {
    /// Gives it bytes on standard input; it has none otherwise.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Returns the command, for what the other methods cannot do.
    pub fn into_command(self) -> Command {
        self.command
    }

    /// Runs it and returns what it wrote to standard output; it must succeed and say nothing.
    #[track_caller]
    pub fn stdout(self) -> String {
        let done = self.run();
        assert!(
            done.output.status.success() && done.output.stderr.is_empty(),
            "{done}"
        );
        String::from_utf8(done.output.stdout.clone()).unwrap_or_else(|_| panic!("{done}"))
    }

    /// Runs it and returns what it wrote to standard error; it must end with `code`.
    #[track_caller]
    pub fn stderr(self, code: i32) -> String {
        let done = self.run();
        assert_eq!(done.output.status.code(), Some(code), "{done}");
        String::from_utf8(done.output.stderr.clone()).unwrap_or_else(|_| panic!("{done}"))
    }

    /// Runs it and returns what it wrote to standard output and to standard error; it must succeed.
    #[track_caller]
    pub fn both(self) -> (String, String) {
        let done = self.run();
        assert!(done.output.status.success(), "{done}");
        let text =
            |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| panic!("{done}"));
        (text(&done.output.stdout), text(&done.output.stderr))
    }

    /// Runs it and returns its exit code and what it wrote to standard output; it must say nothing.
    #[track_caller]
    pub fn ended(self) -> (i32, String) {
        let done = self.run();
        assert!(done.output.stderr.is_empty(), "{done}");
        let code = done
            .output
            .status
            .code()
            .unwrap_or_else(|| panic!("{done}"));
        let out = String::from_utf8(done.output.stdout.clone());
        (code, out.unwrap_or_else(|_| panic!("{done}")))
    }

    /// Runs it and returns its exit code and all that it wrote, standard output first.
    pub fn all(self) -> (i32, String) {
        let Output {
            status,
            stdout,
            stderr,
        } = self.run().output;
        let text = [stdout, stderr].concat();
        (
            status.code().unwrap_or(-1),
            String::from_utf8_lossy(&text).into_owned(),
        )
    }

    #[track_caller]
    fn run(mut self) -> Done {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // Beside the reading below, so that neither side waits for the other for ever.
        let feeder = std::thread::spawn(move || {
            // A program that does not read to the end closes the pipe.
            let _ = stdin.write_all(&self.stdin);
        });
        let output = child.wait_with_output().expect("the program ends");
        feeder.join().expect("the input is written");
        Done {
            command: format!("{:?}", self.command),
            output,
        }
    }
}

struct Done {
    command: String,
    output: Output,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\ncommand: {}\nstatus: {}\nstdout:\n{}\nstderr:\n{}\n",
            self.command,
            self.output.status,
            String::from_utf8_lossy(&self.output.stdout),
            String::from_utf8_lossy(&self.output.stderr)
        )
    }
}

/// Compresses a text as `bgzip` does.
pub fn bgzf(text: &str) -> Vec<u8> {
    let mut writer = noodles_bgzf::io::Writer::new(Vec::new());
    writer
        .write_all(text.as_bytes())
        .and_then(|()| writer.finish())
        .expect("bytes in memory")
}

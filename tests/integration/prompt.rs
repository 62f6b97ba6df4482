//! The prompt of `gffdb sql`, at a terminal.

use std::{
    fs::File,
    io::{Read, Write},
    os::fd::OwnedFd,
    process::{Child, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use rustix::{
    process::{Pid, Signal, kill_process},
    termios::tcgetattr,
};

use crate::{docs::terminal::pair, workdir::Workdir};

const GENES: &str = "\
s\tx\tgene\t1\t9\t.\t+\t.\tID=gene1
s\tx\tmRNA\t1\t9\t.\t+\t.\tID=rna1;Parent=gene1
";

/// A prompt, and somebody who types at it.
struct Prompt {
    _dir: Workdir,
    keyboard: File,
    screen: OwnedFd,
    shown: Receiver<Vec<u8>>,
    child: Child,
}

impl Prompt {
    fn new() -> Self {
        let dir = Workdir::new();
        dir.file("g.gff3", GENES);
        dir.gffdb(["convert", "g.gff3", "-o", "g.sqlite", "-q"])
            .stdout();
        let (keyboard, screen) = pair().expect("a terminal");
        let other = || Stdio::from(screen.try_clone().expect("a terminal"));
        let mut command = dir.gffdb(["sql", "g.sqlite"]).into_command();
        command
            .env("TERM", "xterm")
            .env("XDG_STATE_HOME", dir.path("state"))
            .stdin(other())
            .stdout(other())
            .stderr(other());
        let child = command.spawn().expect("gffdb");
        let keyboard = File::from(keyboard);
        let mut reader = keyboard.try_clone().expect("a terminal");
        let (send, shown) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if send.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let mut prompt = Self {
            _dir: dir,
            keyboard,
            screen,
            shown,
            child,
        };
        prompt.wait("gffdb> ");
        prompt
    }

    /// Types keys, and returns what is shown up to a text.
    fn types(&mut self, keys: &str, until: &str) -> String {
        self.keyboard.write_all(keys.as_bytes()).expect("typed");
        self.wait(until)
    }

    fn wait(&mut self, until: &str) -> String {
        let end = Instant::now() + Duration::from_secs(60);
        let mut seen = String::new();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.shown.recv_timeout(left) {
                Ok(bytes) => seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("{until:?} is not in {seen:?}")
                }
            }
            if plain(&seen).contains(until) {
                return plain(&seen);
            }
        }
    }

    fn code(&mut self) -> Option<i32> {
        self.child.wait().expect("it ends").code()
    }
}

/// Takes out what moves the cursor.
fn plain(text: &str) -> String {
    let escape = regex::Regex::new("\x1b\\[[?0-9;]*[A-Za-z]").expect("a pattern");
    escape.replace_all(text, "").replace('\r', "")
}

#[test]
fn statements_commands_and_tab_work_at_a_terminal() {
    let mut prompt = Prompt::new();
    for (keys, until) in [
        ("SELECT count(*)\r", "  ...> "),
        ("FROM gff;\r", "2\ngffdb> "),
        (".headers off\r", "gffdb> "),
        (".mode csv\r", "gffdb> "),
        ("SELECT 'a', 'b';\r", "a,b\ngffdb> "),
        (".timer on\r", "gffdb> "),
        ("SELECT 1;\r", " s\ngffdb> "),
        (
            ".timer maybe\r",
            "expected .timer on or .timer off, found maybe",
        ),
        ("help\r", ".quit            leave"),
        // What Tab adds is typed on.
        ("SELECT ID FROM gf\t WHERE ID = 'r\t';\r", "\nrna1\n"),
        (".sche\t gene\r", "CREATE VIEW gene AS"),
        // Ctrl-C drops what was begun.
        ("SELECT 'x'\r", "  ...> "),
        ("\x03", "gffdb> "),
        ("SELECT 'y';\r", "\ny\n"),
    ] {
        prompt.types(keys, until);
    }
    prompt.types("quit\r", "quit");
    assert_eq!(prompt.code(), Some(0));
}

#[test]
fn exit_and_the_end_of_input_leave() {
    for keys in ["exit\r", ".exit\r", ".quit\r", "quit;\r", "\x04"] {
        let mut prompt = Prompt::new();
        prompt.keyboard.write_all(keys.as_bytes()).expect("typed");
        assert_eq!(prompt.code(), Some(0), "{keys:?}");
    }
}

#[test]
fn the_terminal_is_as_it_was_after_a_signal() {
    let mut prompt = Prompt::new();
    // The line editor has the terminal hand on each key.
    let local = |prompt: &Prompt| tcgetattr(&prompt.screen).expect("modes").local_modes;
    prompt.types("SELECT", "SELECT");
    let edited = local(&prompt);
    let pid = Pid::from_child(&prompt.child);
    kill_process(pid, Signal::TERM).expect("a signal");
    assert_eq!(prompt.code(), None);
    let after = local(&prompt);
    assert!(after != edited);
    assert!(
        after.contains(rustix::termios::LocalModes::ECHO | rustix::termios::LocalModes::ICANON)
    );
}

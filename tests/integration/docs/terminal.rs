//! Commands run as at a terminal, so that a page shows what a person sees.

use std::{
    fs::File,
    io::{Read, Write},
    os::fd::OwnedFd,
    path::Path,
    process::{Command, Stdio},
};

use rustix::{
    fs::{Mode, OFlags},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{OptionalActions, OutputModes, Winsize, tcgetattr, tcsetattr, tcsetwinsize},
};

use super::document::Step;

/// Characters to a line of the terminal.
const WIDTH: u16 = 100;

/// Runs a step in `dir` with the programs of `bin` found first, and returns the lines that it
/// writes to the terminal.
pub fn run(step: &Step, dir: &Path, bin: &Path) -> Vec<String> {
    let mut stdin = tempfile::tempfile().expect("a file");
    write!(stdin, "{}", step.stdin).expect("written");
    std::io::Seek::rewind(&mut stdin).expect("rewound");
    let (keyboard, screen) = pair().expect("a terminal");
    let errors = screen.try_clone().expect("a terminal");
    let mut command = Command::new("bash");
    command
        .args(["-c", &step.command])
        .env("PATH", with(bin))
        .env("HOME", dir)
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC")
        // R would write escapes.
        .env("R_CLI_HIDE_CURSOR", "false")
        .current_dir(dir)
        .stdin(stdin)
        .stdout(Stdio::from(screen))
        .stderr(Stdio::from(errors));
    let mut child = command.spawn().expect("bash");
    // It holds the terminal's other end, and reading ends when nobody does.
    drop(command);
    let mut printed = Vec::new();
    // The end of a terminal is an error on Linux.
    let _ = File::from(keyboard).read_to_end(&mut printed);
    child.wait().expect("it ends");
    let printed = String::from_utf8(printed).expect("UTF-8");
    printed
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// Returns the search path with `bin` in front.
pub fn with(bin: &Path) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{}:{path}", bin.display())
}

/// Tells whether a shell runs a command well, with the programs of `bin` found first.
pub fn succeeds(command: &str, bin: &Path) -> bool {
    Command::new("bash")
        .args(["-c", command])
        .env("PATH", with(bin))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Opens a terminal that changes nothing of what is written to it.
pub fn pair() -> rustix::io::Result<(OwnedFd, OwnedFd)> {
    let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    grantpt(&keyboard)?;
    unlockpt(&keyboard)?;
    let name = ptsname(&keyboard, Vec::new())?;
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let screen = rustix::fs::open(name, flags, Mode::empty())?;
    let mut modes = tcgetattr(&screen)?;
    modes.output_modes.remove(OutputModes::OPOST);
    tcsetattr(&screen, OptionalActions::Now, &modes)?;
    let size = Winsize {
        ws_row: 50,
        ws_col: WIDTH,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&screen, size)?;
    Ok((keyboard, screen))
}

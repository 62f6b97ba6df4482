//! Cases for as long as there is time: see `tests/integration/fuzz/cases/mod.rs`.
//!
//!     cargo run --release --bin cases -- --seconds 600 --seed 1
//!
//! Failures are printed, each made small, with its seed. `--seed N --cases 1` runs one again.

#[path = "../tests/integration/fuzz/cases/mod.rs"]
mod cases;

use std::{process::ExitCode, time::Duration};

fn main() -> ExitCode {
    let (mut seed, mut count, mut seconds, mut threads) = (1, u64::MAX, None, 2);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let number = arguments.next().and_then(|text| text.parse::<u64>().ok());
        match (name.as_str(), number) {
            ("--seed", Some(number)) => seed = number,
            ("--cases", Some(number)) => count = number,
            ("--seconds", Some(number)) => seconds = Some(number),
            ("--threads", Some(number)) => threads = number as usize,
            _ => {
                eprintln!("expected --seed N, --cases N, --seconds N or --threads N, found {name}");
                return ExitCode::from(2);
            }
        }
    }
    // Panics are failures like others, and printed with them.
    std::panic::set_hook(Box::new(|_| {}));
    let seconds = seconds.unwrap_or(if count == u64::MAX { 60 } else { 86_400 });
    let outcome = cases::run(seed, count, Duration::from_secs(seconds), threads);
    print!("{outcome}");
    ExitCode::from(u8::from(!outcome.failures.is_empty()))
}

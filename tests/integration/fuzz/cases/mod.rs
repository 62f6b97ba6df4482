//! Cases drawn from seeds: small files, every way to load them, edits, and what must hold of the
//! database after each step. `cargo test` runs some, and the program in `fuzz/` as many as it has time
//! for.

mod answers;
mod case;
mod done;
mod edited;
mod edits;
mod exported;
mod failure;
mod files;
mod fresh;
mod implied;
mod loaded;
mod loads;
mod numbers;
mod parsed;
mod rows;
mod shrink;
mod words;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

pub use self::{case::Case, failure::Failure, loads::Done};

/// Runs a case; a panic is a failure, too.
fn attempt(case: &Case) -> failure::Checked<Done> {
    let ran = catch_unwind(AssertUnwindSafe(|| loads::run(case)));
    ran.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(Failure::new("panic", text.unwrap_or("a panic")))
    })
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Outcome {
    pub cases: u64,
    pub done: Done,
    /// The failures: the seed, what failed, and the text of a small case.
    pub failures: Vec<(u64, &'static str, String)>,
    pub seconds: f64,
}

/// Runs the cases of seeds from `first` on, as many as there are or as there is time for. Of each
/// check, the first failures are made small.
pub fn run(first: u64, cases: u64, time: Duration, threads: usize) -> Outcome {
    let begin = Instant::now();
    let next = AtomicU64::new(0);
    let outcome = Mutex::new(Outcome::default());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while begin.elapsed() < time {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= cases {
                        break;
                    }
                    let case = Case::draw(first + number);
                    let ran = attempt(&case);
                    let mut all = outcome.lock().expect("no panic");
                    all.cases += 1;
                    match ran {
                        Ok(done) => all.done += done,
                        Err(failure) => {
                            let seen = all
                                .failures
                                .iter()
                                .filter(|(_, check, _)| *check == failure.check);
                            let is_new = seen.count() < MOST_OF_A_CHECK;
                            drop(all);
                            let text = match is_new {
                                true => shrink::smallest(case, failure.check),
                                false => format!("seed {}: {failure}", first + number),
                            };
                            let mut all = outcome.lock().expect("no panic");
                            all.failures.push((first + number, failure.check, text));
                        }
                    }
                }
            });
        }
    });
    let mut outcome = outcome.into_inner().expect("no panic");
    outcome.seconds = begin.elapsed().as_secs_f64();
    outcome
}

impl Outcome {
    /// Returns the seeds of the cases that failed, in order.
    pub fn seeds(&self) -> Vec<u64> {
        let mut seeds: Vec<u64> = self.failures.iter().map(|(seed, ..)| *seed).collect();
        seeds.sort_unstable();
        seeds
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (_, check, text) in &self.failures {
            writeln!(f, "==== {check}\n{text}")?;
        }
        let Done {
            conversions,
            refused,
            edits,
            refused_edits,
            answers,
        } = self.done;
        writeln!(
            f,
            "{} cases in {:.1} s: {conversions} conversions ({refused} refused), {edits} edits \
             ({refused_edits} refused), {answers} answers, {} failures",
            self.cases,
            self.seconds,
            self.failures.len()
        )
    }
}

/// How many failures of one check are made small.
const MOST_OF_A_CHECK: usize = 2;

//! A case that fails, made small: fewer loads, edits, lines and attributes, and plainer options, as
//! long as the same check fails.

use super::{
    attempt,
    case::{Case, Options, Packed},
    edits::Edit,
};

/// How often a case is run on the way.
const MOST_RUNS: usize = 700;

/// Returns the text of the smallest case that was found, with what fails.
pub fn smallest(case: Case, check: &'static str) -> String {
    let mut shrinking = Shrinking {
        case,
        check,
        runs: 0,
    };
    loop {
        let before = format!("{:?}", shrinking.case);
        shrinking.round();
        if format!("{:?}", shrinking.case) == before || shrinking.runs >= MOST_RUNS {
            break;
        }
    }
    let failure = attempt(&shrinking.case).err();
    let failure = failure.map_or(String::from("it does not fail again"), |f| f.to_string());
    format!("{failure}\n{}", shrinking.case)
}

struct Shrinking {
    case: Case,
    check: &'static str,
    runs: usize,
}

impl Shrinking {
    /// Takes a smaller case where the same check fails.
    fn take(&mut self, smaller: Case) -> bool {
        if self.runs >= MOST_RUNS {
            return false;
        }
        self.runs += 1;
        let fails = attempt(&smaller).is_err_and(|failure| failure.check == self.check);
        if fails {
            self.case = smaller;
        }
        fails
    }

    fn change(&mut self, change: impl FnOnce(&mut Case)) -> bool {
        let mut smaller = self.case.clone();
        change(&mut smaller);
        self.take(smaller)
    }

    fn round(&mut self) {
        self.loads();
        self.edits();
        for load in 0..self.case.loads.len() {
            self.options(load);
            for file in 0..self.case.loads[load].files.len() {
                self.change(|case| case.loads[load].files[file].packed = Packed::Plain);
                self.lines(load, file);
                self.words(load, file);
            }
        }
    }

    fn loads(&mut self) {
        for load in (0..self.case.loads.len()).rev() {
            if self.case.loads.len() > 1 {
                self.change(|case| {
                    case.loads.remove(load);
                    if load < case.edited_after {
                        case.edited_after -= 1;
                    }
                });
            }
        }
        for load in 0..self.case.loads.len() {
            for file in (0..self.case.loads[load].files.len()).rev() {
                if self.case.loads[load].files.len() > 1 {
                    self.change(|case| drop(case.loads[load].files.remove(file)));
                }
            }
        }
    }

    fn edits(&mut self) {
        self.change(|case| case.edits.clear());
        for edit in (0..self.case.edits.len()).rev() {
            self.change(|case| drop(case.edits.remove(edit)));
        }
        for edit in 0..self.case.edits.len() {
            for at in (0..10).rev() {
                let mut smaller = self.case.clone();
                let removed = match &mut smaller.edits[edit] {
                    Edit::Update { records, set } => {
                        let of_records = at >= 5 && at - 5 < records.len() && records.len() > 1;
                        let of_set = at < 5 && at < set.len() && set.len() > 1;
                        if of_records {
                            records.remove(at - 5);
                        } else if of_set {
                            set.remove(at);
                        }
                        of_records || of_set
                    }
                    Edit::Insert { set, .. } if at < set.len() && set.len() > 1 => {
                        set.remove(at);
                        true
                    }
                    Edit::Delete { records } if at < records.len() && records.len() > 1 => {
                        records.remove(at);
                        true
                    }
                    _ => false,
                };
                if removed {
                    self.take(smaller);
                }
            }
        }
    }

    fn options(&mut self, load: usize) {
        let plain = Options::default();
        if self.case.loads[load].options == plain {
            return;
        }
        if self.change(|case| case.loads[load].options = Options::default()) {
            return;
        }
        let mut set = |change: &dyn Fn(&mut Options)| {
            self.change(|case| change(&mut case.loads[load].options));
        };
        set(&|o| o.batch_rows = Options::default().batch_rows);
        set(&|o| o.threads = 1);
        set(&|o| o.memory = 64);
        set(&|o| o.skip_bad_lines = false);
        set(&|o| o.infer_gtf = true);
        set(&|o| o.infer_gtf = false);
        set(&|o| o.infer_gff3 = false);
        set(&|o| o.all = false);
        for at in (0..8).rev() {
            set(&|o| {
                if at < o.promote.len() {
                    o.promote.remove(at);
                }
            });
            set(&|o| {
                if at < o.index.len() {
                    o.index.remove(at);
                }
            });
            set(&|o| {
                if at < o.values.len() {
                    o.values.remove(at);
                }
            });
        }
    }

    /// Takes lines away, many at once first.
    fn lines(&mut self, load: usize, file: usize) {
        let split = |text: &[u8]| -> Vec<Vec<u8>> {
            let lines = text.split_inclusive(|&b| b == b'\n');
            lines.map(<[u8]>::to_vec).collect()
        };
        let mut size = split(&self.case.loads[load].files[file].text).len().max(1);
        while size > 0 {
            let mut at = 0;
            loop {
                let lines = split(&self.case.loads[load].files[file].text);
                if at >= lines.len() {
                    break;
                }
                let end = (at + size).min(lines.len());
                let text = [&lines[..at], &lines[end..]].concat().concat();
                if !self.change(|case| case.loads[load].files[file].text = text) {
                    at += size;
                }
            }
            size /= 2;
        }
    }

    /// Takes words away: what stands between tabs, semicolons, commas and blanks.
    fn words(&mut self, load: usize, file: usize) {
        let text = |case: &Case| case.loads[load].files[file].text.clone();
        for separators in [&b";\n"[..], b"\t;\n", b"\t;\n,= \""] {
            let mut at = 0;
            loop {
                let now = text(&self.case);
                let Some(end) = now[at.min(now.len())..]
                    .iter()
                    .position(|b| separators.contains(b))
                    .map(|end| at + end)
                    .or((at < now.len()).then_some(now.len()))
                else {
                    break;
                };
                let with = (end + usize::from(now.get(end) != Some(&b'\n'))).min(now.len());
                let mut shorter = now.clone();
                shorter.drain(at..with.max(at));
                let mut dotted = now.clone();
                dotted.splice(at..end, *b".");
                let took = end > at
                    && (self.change(|case| case.loads[load].files[file].text = shorter)
                        || (end > at + 1
                            && self.change(|case| case.loads[load].files[file].text = dotted)));
                if !took {
                    at = end + 1;
                } else if text(&self.case).len() >= now.len() {
                    at += 2;
                }
                if self.runs >= MOST_RUNS {
                    break;
                }
            }
        }
    }
}

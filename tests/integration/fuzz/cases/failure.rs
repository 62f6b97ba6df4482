//! What did not hold.

use std::fmt;

/// A check that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Which check: a case is made smaller as long as this one fails.
    pub check: &'static str,
    /// What was found.
    pub text: String,
}

/// Whether all holds.
pub type Checked<T = ()> = Result<T, Failure>;

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.text)
    }
}

impl Failure {
    pub fn new(check: &'static str, text: impl Into<String>) -> Self {
        Self {
            check,
            text: text.into(),
        }
    }

    /// Makes errors of a step that must succeed into failures.
    pub fn of<E: fmt::Display>(check: &'static str) -> impl Fn(E) -> Self {
        move |error| Self::new(check, error.to_string())
    }
}

/// Requires two values to be the same.
pub fn same<T: PartialEq + fmt::Debug>(
    check: &'static str,
    what: impl fmt::Display,
    found: &T,
    expected: &T,
) -> Checked {
    match found == expected {
        true => Ok(()),
        false => Err(Failure::new(
            check,
            format!("{what}\n  found    {found:?}\n  expected {expected:?}"),
        )),
    }
}

/// Requires a condition.
pub fn require(check: &'static str, holds: bool, what: impl FnOnce() -> String) -> Checked {
    match holds {
        true => Ok(()),
        false => Err(Failure::new(check, what())),
    }
}

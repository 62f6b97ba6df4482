//! Failures that are known and not mended yet. The list is to be empty: each has a case that shows
//! it, and a run says when one holds again.

use super::{attempt, case::Case, edits::Column, failure::Failure};

/// A known failure.
pub struct Known {
    /// What fails.
    pub what: &'static str,
    /// The check that fails, and a text that its failure has.
    check: (&'static str, &'static str),
    /// A case that shows it.
    case: fn() -> Case,
}

/// The known failures.
pub const KNOWN: &[Known] = &[
    Known {
        what: "a sequence that an edit names is not in table sequence",
        check: ("sequence", "is not in table sequence"),
        case: || Case::edited(LINE, Column::Fixed("seqid"), "new"),
    },
    Known {
        what: "table attribute_value does not follow edits",
        check: ("edited-single-values", ""),
        case: || {
            let mut case = Case::edited(LINE, Column::Promoted(0), "x");
            case.loads[0].options.values = vec![String::from("ID")];
            case
        },
    },
];

const LINE: &str = "sq0\t.\tgene\t8\t13\t.\t+\t.\tID=g0\n";

impl Known {
    /// Tells whether a failure is this one.
    fn is(&self, failure: &Failure) -> bool {
        failure.check == self.check.0 && failure.text.contains(self.check.1)
    }

    /// Returns the known failure that a failure is.
    pub fn of(failure: &Failure) -> Option<&'static Self> {
        KNOWN.iter().find(|known| known.is(failure))
    }

    /// Tells whether its case fails no more.
    pub fn holds_again(&self) -> bool {
        attempt(&(self.case)()).is_ok()
    }
}

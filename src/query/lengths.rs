//! Lengths of sequences, by the names in the records.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

/// So many are looked up one by one, in each dataset; where more are wanted, all are read at once.
const FEW: u32 = 64;

/// Looks lengths up: a short answer reads a few, where a genome in scaffolds has a million.
#[derive(Debug)]
pub(crate) struct Lengths<'d> {
    connection: &'d Connection,
    asked: u32,
    all: HashMap<String, i64>,
}

impl<'d> Lengths<'d> {
    /// Reads nothing yet.
    pub(crate) fn new(connection: &'d Connection) -> Self {
        Self {
            connection,
            asked: 0,
            all: HashMap::new(),
        }
    }

    /// Returns a sequence's length in bases, where it is known: the longest that a dataset tells.
    pub(crate) fn of(&mut self, seqid: &str) -> rusqlite::Result<Option<i64>> {
        self.asked = self.asked.saturating_add(1);
        if self.asked <= FEW {
            let mut statement = self.connection.prepare_cached(
                "SELECT max(length) FROM dataset CROSS JOIN sequence USING (dataset) WHERE seqid = ?1",
            )?;
            let length = statement.query_row([seqid], |row| row.get(0)).optional()?;
            return Ok(length.flatten());
        }
        if self.asked == FEW + 1 {
            let mut statement = self.connection.prepare(
                "SELECT seqid, max(length) FROM sequence WHERE length IS NOT NULL GROUP BY seqid",
            )?;
            let rows = statement.query_map([], |row| row.try_into())?;
            self.all = rows.collect::<rusqlite::Result<_>>()?;
        }
        Ok(self.all.get(seqid).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::made, *};
    use crate::Result;

    #[test]
    fn few_and_many_are_the_same() -> Result<()> {
        let mut text = String::from("##gff-version 3\n");
        for i in 0..200 {
            text.push_str(&match i % 3 {
                0 => format!("s{i}\t.\tgene\t1\t9\t.\t.\t.\tID=g{i}\n"),
                _ => format!("##sequence-region s{i} 1 {}\n", 100 + i),
            });
        }
        let made = made(&text);
        let mut lengths = Lengths::new(made.database.connection());
        for i in 0..200 {
            let length = lengths.of(&format!("s{i}")).expect("a length");
            assert_eq!(length, (i % 3 != 0).then_some(100 + i), "s{i}");
        }
        Ok(())
    }
}

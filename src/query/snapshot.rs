//! One answer, one state of the file: a read transaction around all statements of an answer.
//!
//! Without it every statement takes a lock and gives it back, which is six calls of the system; and
//! another program may change the file between two statements of one answer.

use super::{
    Database,
    database::{CACHE, OFTEN},
};
use crate::Result;

/// The database as it is at one moment, until the last of these is dropped.
#[derive(Debug)]
pub struct Snapshot<'d> {
    database: &'d Database,
    /// Whether it is within a transaction of somebody else's, who ends it.
    is_guest: bool,
}

impl Database {
    /// Holds the database as it is now: until the snapshot is dropped, all answers are of one state,
    /// and none takes a lock of its own. Nobody can write meanwhile. Nothing is locked before the first
    /// answer.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub fn snapshot(&self) -> Result<Snapshot<'_>> {
        let readers = &self.readers;
        let is_guest = readers.get() == 0 && !self.connection().is_autocommit();
        if !is_guest {
            if readers.get() == 0 {
                self.count_answer()?;
                self.run("BEGIN")?;
                self.knows_circles.set(false);
            }
            readers.set(readers.get() + 1);
        }
        Ok(Snapshot {
            database: self,
            is_guest,
        })
    }

    /// Gives SQLite more memory where many answers are wanted.
    fn count_answer(&self) -> Result<()> {
        let answers = self.answers.get();
        if answers <= OFTEN {
            self.answers.set(answers + 1);
        }
        if answers == OFTEN {
            self.connection()
                .pragma_update(None, "cache_size", -CACHE)
                .map_err(|e| self.failed(e))?;
        }
        Ok(())
    }

    fn run(&self, sql: &str) -> Result<()> {
        self.connection()
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map(drop)
            .map_err(|e| self.failed(e))
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        if self.is_guest {
            return;
        }
        let readers = &self.database.readers;
        readers.set(readers.get() - 1);
        if readers.get() == 0 {
            self.database.knows_circles.set(false);
            // Nothing was written, so there is nothing that could be lost.
            let _ = self.database.run("COMMIT");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;
    use crate::Result;

    #[test]
    fn the_last_one_ends_the_transaction() -> Result<()> {
        let made = made("##gff-version 3\ns\t.\tgene\t1\t9\t.\t.\t.\tID=a\n");
        let database = &made.database;
        let one = database.snapshot()?;
        let two = database.snapshot()?;
        drop(one);
        assert!(!database.connection().is_autocommit());
        assert_eq!(database.query().count()?, 1);
        drop(two);
        assert!(database.connection().is_autocommit());
        Ok(())
    }

    #[test]
    fn a_transaction_of_somebody_else_goes_on() -> Result<()> {
        let made = made("##gff-version 3\ns\t.\tgene\t1\t9\t.\t.\t.\tID=a\n");
        let database = &made.database;
        database.run("BEGIN")?;
        drop(database.snapshot()?);
        assert!(!database.connection().is_autocommit());
        Ok(())
    }

    #[test]
    fn an_answer_is_of_one_state() -> Result<()> {
        let made = made("##gff-version 3\ns\t.\tgene\t1\t9\t.\t.\t.\tID=a\n");
        let database = &made.database;
        let mut records = database.query().records()?;
        let other = crate::db::open_to_write(database.path())?;
        other
            .pragma_update(None, "busy_timeout", 0)
            .map_err(|e| database.failed(e))?;
        assert!(
            other.execute("DELETE FROM gff", []).is_err(),
            "changed between the records of one answer"
        );
        assert!(records.next().transpose()?.is_some());
        drop(records);
        assert_eq!(other.execute("DELETE FROM gff", []).ok(), Some(1));
        Ok(())
    }
}

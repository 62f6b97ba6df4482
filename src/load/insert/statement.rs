//! The statement that inserts a row: with `db::functions::tables` the only `unsafe` code of the crate.
//!
//! [`rusqlite`] binds a text by having SQLite copy it first. But a row's texts lie in the block that
//! they were read in, and stay there until the row is in. So they are bound as `SQLITE_STATIC`: SQLite
//! reads them where they are, once, into the page.
//!
//! What makes this sound is that [`RowInsert::insert`] borrows the texts, and returns only after the
//! statement was reset and its bindings were cleared: SQLite then holds no pointer to any of them.
#![allow(unsafe_code)]

use std::{
    ffi::{CStr, c_int},
    ptr::{self, NonNull},
};

use rusqlite::{
    Connection, Error, Result,
    ffi::{self, sqlite3_stmt},
};

/// A value to bind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound<'v> {
    /// A whole number.
    Int(i64),
    /// A score.
    Real(f64),
    /// A text, which SQLite reads where it is.
    Text(&'v str),
}

/// A prepared `INSERT`.
#[derive(Debug)]
pub struct RowInsert<'c> {
    /// Keeps the connection open: a statement must not outlive it.
    connection: &'c Connection,
    statement: NonNull<sqlite3_stmt>,
}

impl<'c> RowInsert<'c> {
    /// Prepares an `INSERT`; of several statements only the first.
    pub fn prepare(connection: &'c Connection, sql: &str) -> Result<Self> {
        let len =
            c_int::try_from(sql.len()).map_err(|_| failure(connection, ffi::SQLITE_TOOBIG))?;
        let mut statement = ptr::null_mut();
        // SAFETY: the handle is open as long as `connection` lives, and is used for this call alone.
        // `sql` has `len` bytes, and SQLite reads no further. `statement` is a place to write to.
        let code = unsafe {
            ffi::sqlite3_prepare_v3(
                connection.handle(),
                sql.as_ptr().cast(),
                len,
                ffi::SQLITE_PREPARE_PERSISTENT as _,
                &mut statement,
                ptr::null_mut(),
            )
        };
        // No statement and no error: the text had nothing but blanks and comments.
        let code = match code {
            ffi::SQLITE_OK => ffi::SQLITE_MISUSE,
            code => code,
        };
        match NonNull::new(statement) {
            Some(statement) => Ok(Self {
                connection,
                statement,
            }),
            None => Err(failure(connection, code)),
        }
    }

    /// Inserts one row: values with their parameters' numbers, from 1. A parameter that is not named
    /// is NULL.
    ///
    /// # Errors
    ///
    /// SQLite's: the disk is full, a parameter is not there, the load was interrupted. The statement
    /// can be used again.
    #[inline(never)]
    pub fn insert<'v>(
        &mut self,
        values: impl IntoIterator<Item = (c_int, Bound<'v>)>,
    ) -> Result<()> {
        let mut code = ffi::SQLITE_OK;
        for (parameter, value) in values {
            code = self.bind(parameter, value);
            if code != ffi::SQLITE_OK {
                break;
            }
        }
        let statement = self.statement.as_ptr();
        if code == ffi::SQLITE_OK {
            // SAFETY: the statement is this struct's own and lives until `drop`; `&mut self` sees to it
            // that nobody else steps it. Every text that is bound is borrowed for `'v`, which outlives
            // this call.
            code = unsafe { ffi::sqlite3_step(statement) };
        }
        let inserted = match code {
            ffi::SQLITE_DONE => Ok(()),
            code => Err(failure(self.connection, code)),
        };
        // SAFETY: as above. A statement that is reset reads no binding, and one whose bindings are
        // cleared has no pointer to a text. Both return the error of the step again, or nothing new.
        unsafe {
            ffi::sqlite3_reset(statement);
            ffi::sqlite3_clear_bindings(statement);
        }
        inserted
    }

    /// Binds a value until the bindings are cleared; the caller does that before `'v` ends.
    fn bind(&mut self, parameter: c_int, value: Bound<'_>) -> c_int {
        let statement = self.statement.as_ptr();
        // SAFETY: the statement lives, and is not being stepped. SQLite checks the parameter's number.
        // A text has as many bytes as it says and is UTF-8. SQLITE_STATIC tells SQLite that the bytes
        // stay: `insert` clears the bindings before it returns.
        unsafe {
            match value {
                Bound::Int(number) => ffi::sqlite3_bind_int64(statement, parameter, number),
                Bound::Real(number) => ffi::sqlite3_bind_double(statement, parameter, number),
                Bound::Text(text) => ffi::sqlite3_bind_text64(
                    statement,
                    parameter,
                    text.as_ptr().cast(),
                    text.len() as u64,
                    ffi::SQLITE_STATIC(),
                    ffi::SQLITE_UTF8 as u8,
                ),
            }
        }
    }
}

impl Drop for RowInsert<'_> {
    fn drop(&mut self) {
        // SAFETY: the statement was prepared by this struct, is finalized nowhere else, and its
        // connection is open: it is borrowed. What it returns is an error that was told already.
        unsafe { ffi::sqlite3_finalize(self.statement.as_ptr()) };
    }
}

/// Returns SQLite's last error on a connection.
fn failure(connection: &Connection, code: c_int) -> Error {
    // SAFETY: the handle is open; the message is a text that ends in NUL, and is copied before
    // anything else happens on this connection.
    let message = unsafe {
        let message = ffi::sqlite3_errmsg(connection.handle());
        (!message.is_null()).then(|| CStr::from_ptr(message).to_string_lossy().into_owned())
    };
    Error::SqliteFailure(ffi::Error::new(code), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Result<Connection> {
        let connection = Connection::open_in_memory()?;
        connection
            .execute_batch("CREATE TABLE t (n INTEGER PRIMARY KEY, r REAL, a TEXT, b TEXT)")?;
        Ok(connection)
    }

    fn rows(connection: &Connection) -> Result<Vec<String>> {
        connection
            .prepare("SELECT quote(n) || quote(r) || quote(a) || quote(b) FROM t ORDER BY n")?
            .query_map([], |row| row.get(0))?
            .collect()
    }

    #[test]
    fn what_is_bound_is_stored_and_forgotten() -> Result<()> {
        let connection = table()?;
        let mut insert = RowInsert::prepare(&connection, "INSERT INTO t VALUES (?1, ?2, ?3, ?4)")?;
        {
            // Texts that are gone before the next row.
            let (a, b) = (String::from("añb"), "x".repeat(100_000));
            insert.insert([
                (1, Bound::Int(1)),
                (3, Bound::Text(&a)),
                (4, Bound::Text(&b)),
            ])?;
        }
        insert.insert([(1, Bound::Int(2)), (2, Bound::Real(0.5))])?;
        insert.insert([
            (1, Bound::Int(3)),
            (3, Bound::Text("")),
            (4, Bound::Text("a\0b")),
        ])?;
        insert.insert([])?;
        drop(insert);
        let long: i64 =
            connection.query_row("SELECT length(b) FROM t WHERE n = 1", [], |row| row.get(0))?;
        assert_eq!(long, 100_000);
        connection.execute("UPDATE t SET b = 'long' WHERE n = 1", [])?;
        let nul: Vec<u8> =
            connection.query_row("SELECT CAST(b AS BLOB) FROM t WHERE n = 3", [], |row| {
                row.get(0)
            })?;
        assert_eq!(nul, b"a\0b");
        assert_eq!(
            rows(&connection)?,
            [
                "1NULL'añb''long'",
                "20.5NULLNULL",
                "3NULL'''a'",
                "4NULLNULLNULL"
            ]
        );
        connection.close().map_err(|(_, error)| error)
    }

    #[test]
    fn an_error_is_sqlites_and_the_statement_lives_on() -> Result<()> {
        let connection = table()?;
        let error = RowInsert::prepare(&connection, "INSERT INTO nowhere VALUES (1)");
        assert_eq!(
            error.expect_err("no table").to_string(),
            "no such table: nowhere"
        );
        assert!(RowInsert::prepare(&connection, " -- nothing").is_err());
        let mut insert = RowInsert::prepare(&connection, "INSERT INTO t (n, a) VALUES (?1, ?2)")?;
        insert.insert([(1, Bound::Int(1))])?;
        let error = insert.insert([(1, Bound::Int(1)), (2, Bound::Text("a"))]);
        let error = error.expect_err("the key is taken");
        assert_eq!(
            error.sqlite_error().map(|e| e.extended_code),
            Some(ffi::SQLITE_CONSTRAINT_PRIMARYKEY)
        );
        assert_eq!(error.to_string(), "UNIQUE constraint failed: t.n");
        assert!(
            insert.insert([(3, Bound::Int(1))]).is_err(),
            "no such parameter"
        );
        insert.insert([(1, Bound::Int(2)), (2, Bound::Text("b"))])?;
        drop(insert);
        assert_eq!(rows(&connection)?, ["1NULLNULLNULL", "2NULL'b'NULL"]);
        Ok(())
    }
}

//! A statement on the connection that a function is called on, of which there is a bare handle.
#![allow(unsafe_code)]

use std::{
    ffi::{CStr, c_char, c_int},
    ptr::{self, NonNull},
};

use rusqlite::{
    Error, Result,
    ffi::{self, sqlite3, sqlite3_stmt},
    types::ValueRef,
};

/// A prepared statement of the connection that a function is called on.
pub(super) struct Statement {
    statement: NonNull<sqlite3_stmt>,
    connection: *mut sqlite3,
}

impl Statement {
    pub fn new(connection: *mut sqlite3, sql: &str) -> Result<Self> {
        let mut statement = ptr::null_mut();
        let len = c_int::try_from(sql.len()).unwrap_or(c_int::MAX);
        // SAFETY: the connection is open, because one of its tables is used. `sql` has `len` bytes.
        let code = unsafe {
            ffi::sqlite3_prepare_v3(
                connection,
                sql.as_ptr().cast(),
                len,
                ffi::SQLITE_PREPARE_PERSISTENT as _,
                &mut statement,
                ptr::null_mut(),
            )
        };
        match NonNull::new(statement) {
            Some(statement) => Ok(Self {
                statement,
                connection,
            }),
            None => Err(failed(connection, code)),
        }
    }

    fn as_ptr(&self) -> *mut sqlite3_stmt {
        self.statement.as_ptr()
    }

    /// Makes it ready to be asked anew, without values.
    pub fn reset(&mut self) {
        // SAFETY: the statement lives. What reset returns was told when it was stepped.
        unsafe {
            ffi::sqlite3_reset(self.as_ptr());
            ffi::sqlite3_clear_bindings(self.as_ptr());
        }
    }

    /// Binds a value, of which SQLite makes a copy. A parameter that the statement does not have is passed over.
    pub fn bind(&mut self, name: &CStr, value: ValueRef<'_>) -> Result<()> {
        let statement = self.as_ptr();
        // SAFETY: the statement lives and is not being stepped. A text or BLOB has as many bytes as it says, and
        // is copied (`SQLITE_TRANSIENT`).
        let code = unsafe {
            let place = ffi::sqlite3_bind_parameter_index(statement, name.as_ptr());
            let copy = ffi::SQLITE_TRANSIENT();
            match value {
                _ if place == 0 => ffi::SQLITE_OK,
                ValueRef::Null => ffi::sqlite3_bind_null(statement, place),
                ValueRef::Integer(number) => ffi::sqlite3_bind_int64(statement, place, number),
                ValueRef::Real(number) => ffi::sqlite3_bind_double(statement, place, number),
                ValueRef::Text(text) => ffi::sqlite3_bind_text64(
                    statement,
                    place,
                    text.as_ptr().cast(),
                    text.len() as u64,
                    copy,
                    ffi::SQLITE_UTF8 as u8,
                ),
                ValueRef::Blob(bytes) => ffi::sqlite3_bind_blob64(
                    statement,
                    place,
                    bytes.as_ptr().cast(),
                    bytes.len() as u64,
                    copy,
                ),
            }
        };
        match code {
            ffi::SQLITE_OK => Ok(()),
            code => Err(failed(self.connection, code)),
        }
    }

    /// Goes to the next row; false where there is none.
    pub fn step(&mut self) -> Result<bool> {
        // SAFETY: the statement lives, and only `&mut self` steps it.
        match unsafe { ffi::sqlite3_step(self.as_ptr()) } {
            ffi::SQLITE_ROW => Ok(true),
            ffi::SQLITE_DONE => Ok(false),
            code => Err(failed(self.connection, code)),
        }
    }

    /// Returns a value of the row that it stands on; NULL where it stands on none.
    pub fn column(&self, place: c_int) -> ValueRef<'_> {
        let statement = self.as_ptr();
        // SAFETY: the statement lives; without a row, or beyond its columns, SQLite gives NULL. The bytes stay until
        // the next step or reset, which `&self` rules out for as long as the value is borrowed.
        unsafe {
            let bytes = |start: *const u8| {
                let len = ffi::sqlite3_column_bytes(statement, place);
                match usize::try_from(len) {
                    Ok(len) if len > 0 && !start.is_null() => {
                        std::slice::from_raw_parts(start, len)
                    }
                    _ => &[],
                }
            };
            match ffi::sqlite3_column_type(statement, place) {
                ffi::SQLITE_INTEGER => {
                    ValueRef::Integer(ffi::sqlite3_column_int64(statement, place))
                }
                ffi::SQLITE_FLOAT => ValueRef::Real(ffi::sqlite3_column_double(statement, place)),
                ffi::SQLITE_TEXT => {
                    ValueRef::Text(bytes(ffi::sqlite3_column_text(statement, place)))
                }
                ffi::SQLITE_BLOB => {
                    ValueRef::Blob(bytes(ffi::sqlite3_column_blob(statement, place).cast()))
                }
                _ => ValueRef::Null,
            }
        }
    }

    /// Returns how many columns a row has, counted anew where the schema has changed.
    pub fn columns(&self) -> c_int {
        // SAFETY: the statement lives.
        unsafe { ffi::sqlite3_column_count(self.as_ptr()) }
    }

    /// Returns the names of the columns, with the types that they are declared with.
    pub fn declared(&self) -> Vec<(String, String)> {
        let copy = |text: *const c_char| match text.is_null() {
            true => String::new(),
            // SAFETY: SQLite's texts end in NUL; this one is copied at once.
            false => unsafe { CStr::from_ptr(text) }
                .to_string_lossy()
                .into_owned(),
        };
        // SAFETY: the statement lives.
        let column = |place| unsafe {
            let name = copy(ffi::sqlite3_column_name(self.as_ptr(), place));
            let declared = copy(ffi::sqlite3_column_decltype(self.as_ptr(), place));
            (name, declared)
        };
        (0..self.columns()).map(column).collect()
    }
}

impl Drop for Statement {
    fn drop(&mut self) {
        // SAFETY: the statement was prepared for this value and is finalized nowhere else.
        unsafe { ffi::sqlite3_finalize(self.as_ptr()) };
    }
}

/// Returns SQLite's last error.
fn failed(connection: *mut sqlite3, code: c_int) -> Error {
    // SAFETY: the connection is open; the message ends in NUL, and is copied at once.
    let message = unsafe {
        let message = ffi::sqlite3_errmsg(connection);
        (!message.is_null()).then(|| CStr::from_ptr(message).to_string_lossy().into_owned())
    };
    Error::SqliteFailure(ffi::Error::new(code), message)
}

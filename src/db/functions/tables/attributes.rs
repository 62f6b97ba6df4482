//! `attributes(text)`: the key and value of each attribute of a text.
#![allow(unsafe_code)]

use std::{
    borrow::Cow,
    ffi::{CStr, c_int},
    marker::PhantomData,
};

use rusqlite::{
    Result, ffi,
    types::ValueRef,
    vtab::{Context, Filters, IndexInfo, VTab, VTabConfig, VTabConnection, VTabCursor},
};

use super::{arguments, usage};
use crate::gff;

/// The attributes of a text.
#[repr(C)]
pub(super) struct Attributes {
    /// SQLite's part; it must be first.
    base: ffi::sqlite3_vtab,
}

/// The column that is the argument of `attributes`.
const TEXT: c_int = 2;

// SAFETY: the struct begins with `sqlite3_vtab`, as `repr(C)` keeps it.
unsafe impl<'vtab> VTab<'vtab> for Attributes {
    type Aux = ();
    type Cursor = AttributesCursor<'vtab>;

    fn connect(
        db: &mut VTabConnection,
        _aux: Option<&()>,
        _module_name: &[u8],
        _database_name: &[u8],
        _table_name: &[u8],
        _args: &[&[u8]],
    ) -> Result<(Cow<'static, CStr>, Self)> {
        db.config(VTabConfig::Innocuous)?;
        let base = ffi::sqlite3_vtab::default();
        let declared = c"CREATE TABLE attributes (key TEXT, value TEXT, text HIDDEN)";
        Ok((Cow::Borrowed(declared), Self { base }))
    }

    fn best_index(&self, info: &mut IndexInfo) -> Result<bool> {
        if info
            .constraints()
            .all(|constraint| constraint.column() != TEXT)
        {
            return Err(usage(
                "attributes(text), such as attributes(gff.attributes)",
            ));
        }
        if arguments(info, TEXT) != Some(1) {
            return Ok(false);
        }
        info.set_estimated_cost(10.0);
        info.set_estimated_rows(10);
        Ok(true)
    }

    fn open(&'vtab mut self) -> Result<AttributesCursor<'vtab>> {
        Ok(AttributesCursor::default())
    }
}

/// The values of one text after another.
#[derive(Default)]
#[repr(C)]
pub(super) struct AttributesCursor<'vtab> {
    /// SQLite's part; it must be first.
    base: ffi::sqlite3_vtab_cursor,
    values: Vec<(String, String)>,
    at: usize,
    table: PhantomData<&'vtab Attributes>,
}

// SAFETY: the struct begins with `sqlite3_vtab_cursor`, as `repr(C)` keeps it.
unsafe impl VTabCursor for AttributesCursor<'_> {
    fn filter(&mut self, _given: c_int, _name: Option<&str>, args: &Filters<'_>) -> Result<()> {
        self.at = 0;
        self.values.clear();
        let Some(ValueRef::Text(text)) = args.iter().next() else {
            return Ok(());
        };
        let text = String::from_utf8_lossy(text);
        let is_there = |a: &gff::Attribute<'_>| !a.key.is_empty() || a.value.is_some();
        for attribute in gff::attributes(&text).filter(is_there) {
            let key = gff::decode(attribute.key).into_owned();
            let values = attribute
                .values()
                .map(|value| (key.clone(), value.into_owned()));
            self.values.extend(values);
        }
        Ok(())
    }

    fn next(&mut self) -> Result<()> {
        self.at += 1;
        Ok(())
    }

    fn eof(&self) -> bool {
        self.at >= self.values.len()
    }

    fn column(&self, context: &mut Context, place: c_int) -> Result<()> {
        match (place, self.values.get(self.at)) {
            (0, Some((key, _))) => context.set_result(key.as_str()),
            (1, Some((_, value))) => context.set_result(value.as_str()),
            _ => context.set_result(rusqlite::types::Null),
        }
    }

    fn rowid(&self) -> Result<i64> {
        Ok(self.at as i64)
    }
}

//! Functions that are used like tables: `overlapping('chr1', 1, 2000)`, `descendants('gene1')`,
//! `ancestors('exon1')`, `attributes(text)`.
//!
//! They are eponymous virtual tables (<https://sqlite.org/vtab.html>, 2.1.2): their arguments are hidden columns, so
//! they may be columns of other tables of the statement, and the functions may stand in views, subqueries and
//! recursive queries.
//!
//! A module of SQLite is `unsafe` to write, because SQLite is handed structs by their address. What
//! makes these sound: each struct begins with the base that SQLite wants (`repr(C)`); a statement is
//! prepared and finalized by the cursor that owns it; a cursor does not outlive its table, nor a table its
//! connection, which is SQLite's promise.

use std::ffi::c_int;

use rusqlite::{
    Connection, Error, Result,
    vtab::{IndexConstraintOp, IndexInfo, Module},
};

use self::{
    attributes::Attributes,
    records::{FUNCTIONS, Records},
};

mod attributes;
mod records;
mod statement;

/// Makes the functions known to a connection.
///
/// | call | rows |
/// | --- | --- |
/// | `overlapping(seqid, start, end [, mode [, dataset]])` | records that a region overlaps, 1-based, both ends inside, round the origin of a circle too; mode `within`: those wholly inside it, `contains`: those that it is wholly inside of |
/// | `descendants(ID [, dataset])` | the feature and all below it, in file order |
/// | `ancestors(ID [, dataset])` | the feature and all that it is part of, in file order |
/// | `attributes(text)` | `key` and `value`, decoded: one row for each value of a ninth column |
///
/// The first three have the columns of table `gff`. An argument that is NULL gives no rows, but for the mode and
/// the dataset, which then are as if not given.
pub(super) fn register(connection: &Connection) -> Result<()> {
    const RECORDS: Module<'_, Records> = Module::eponymous_only_module();
    const ATTRIBUTES: Module<'_, Attributes> = Module::eponymous_only_module();
    for function in FUNCTIONS {
        connection.create_module(function.name, &RECORDS, Some(function))?;
    }
    connection.create_module(c"attributes", &ATTRIBUTES, None::<()>)
}

/// Returns an error that says how a function is written.
fn usage(of: &str) -> Error {
    Error::ModuleError(format!("expected {of}"))
}

/// Hands the constraints that are arguments to a cursor: the columns from `first` on. Returns the arguments there
/// are, one bit each; `None` where one that is there has no value yet.
fn arguments(info: &mut IndexInfo, first: c_int) -> Option<c_int> {
    let (mut used, mut places) = (0, Vec::new());
    for (place, constraint) in info.constraints().enumerate() {
        let argument = constraint.column() - first;
        let is_equal = constraint.operator() == IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_EQ;
        if argument < 0 || !is_equal {
            continue;
        }
        if !constraint.is_usable() {
            return None;
        }
        if used & (1 << argument) == 0 {
            used |= 1 << argument;
            places.push((argument, place));
        }
    }
    places.sort_unstable();
    for (place, (_, constraint)) in (1..).zip(places) {
        let mut usage = info.constraint_usage(constraint);
        usage.set_argv_index(place);
        usage.set_omit(true);
    }
    Some(used)
}

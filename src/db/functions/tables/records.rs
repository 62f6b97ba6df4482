//! `overlapping`, `descendants`, `ancestors`: the rows of a query of `schema/`, which runs on the same connection, so that
//! there is no second search.
#![allow(unsafe_code)]

use std::{
    borrow::Cow,
    collections::HashSet,
    ffi::{CStr, CString, c_int},
    marker::PhantomData,
};

use rusqlite::{
    Error, Result,
    ffi::{self, sqlite3},
    types::{Value, ValueRef},
    vtab::{
        Context, Filters, IndexConstraintOp, IndexInfo, VTab, VTabConfig, VTabConnection,
        VTabCursor,
    },
};

use super::{arguments, statement::Statement, usage};
use crate::db::schema::quote;

/// A function whose rows are those of a query, which has the columns of table `gff`.
#[derive(Debug)]
pub(super) struct Function {
    pub name: &'static CStr,
    /// The query.
    sql: &'static str,
    /// The query for sequences that are no circle, which is faster, and ends in conditions that others may follow.
    straight: Option<&'static str>,
    /// Its parameters, in the order of the arguments, and last the dataset, which no query has.
    parameters: &'static [Parameter],
    /// How many of them must be given.
    needed: usize,
    /// How it is written.
    usage: &'static str,
}

/// What follows the straight query, which then has its rows in file order, as the other ones.
const STRAIGHT: &str = r#"
    AND (:type IS NULL OR _type_length.type = :type)
    AND (:dataset IS NULL OR gff.dataset = :dataset)
    AND CASE :mode
        WHEN 'within' THEN min(gff.start, gff."end") >= :first AND max(gff.start, gff."end") <= :last
        WHEN 'contains' THEN min(gff.start, gff."end") <= :first AND max(gff.start, gff."end") >= :last
        ELSE 1
    END
    ORDER BY gff.record_id"#;

impl Function {
    /// Returns the query for the records of one dataset, where `:dataset` is one.
    fn query(&self) -> String {
        let query = self.sql.trim_end().trim_end_matches(';');
        format!("SELECT * FROM ({query}\n) WHERE :dataset IS NULL OR dataset = :dataset")
    }

    /// Returns the query for sequences that are no circle.
    fn straight_query(&self) -> Option<String> {
        let query = self.straight?.trim_end().trim_end_matches(';');
        Some(format!("{query}{STRAIGHT}"))
    }
}

#[derive(Clone, Copy, Debug)]
struct Parameter {
    name: &'static CStr,
    /// Whether it is a position.
    is_base: bool,
}

const fn text(name: &'static CStr) -> Parameter {
    Parameter {
        name,
        is_base: false,
    }
}

const fn base(name: &'static CStr) -> Parameter {
    Parameter {
        name,
        is_base: true,
    }
}

static OVERLAPPING: Function = Function {
    name: c"overlapping",
    sql: include_str!("../../../../schema/overlapping_round.sql"),
    straight: Some(include_str!("../../../../schema/overlapping.sql")),
    parameters: &[
        text(c":seqid"),
        base(c":first"),
        base(c":last"),
        text(c":mode"),
        text(c":dataset"),
    ],
    needed: 3,
    usage: "overlapping(seqid, start, end [, mode [, dataset]]), where mode is 'overlap', 'within' or 'contains'",
};

static DESCENDANTS: Function = relatives(
    c"descendants",
    include_str!("../../../../schema/descendants.sql"),
    "descendants(ID [, dataset])",
);

static ANCESTORS: Function = relatives(
    c"ancestors",
    include_str!("../../../../schema/ancestors.sql"),
    "ancestors(ID [, dataset])",
);

/// The functions.
pub(super) static FUNCTIONS: [&Function; 3] = [&OVERLAPPING, &DESCENDANTS, &ANCESTORS];

const OF_RELATIVES: [Parameter; 2] = [text(c":id"), text(c":dataset")];

const fn relatives(name: &'static CStr, sql: &'static str, usage: &'static str) -> Function {
    Function {
        name,
        sql,
        straight: None,
        parameters: &OF_RELATIVES,
        needed: 1,
        usage,
    }
}

/// The bit of the index number that says that the last argument is a type.
const TYPE: c_int = 1 << 8;

/// What a mode is called.
const MODES: [&str; 3] = ["overlap", "within", "contains"];

/// Rows of table `gff` that a query finds.
#[repr(C)]
pub(super) struct Records {
    /// SQLite's part; it must be first.
    base: ffi::sqlite3_vtab,
    connection: *mut sqlite3,
    function: &'static Function,
    /// How many columns table `gff` has.
    columns: c_int,
    /// The place of column `type`.
    ty: c_int,
}

// SAFETY: the struct begins with `sqlite3_vtab`, as `repr(C)` keeps it.
unsafe impl<'vtab> VTab<'vtab> for Records {
    type Aux = &'static Function;
    type Cursor = RecordsCursor<'vtab>;

    fn connect(
        db: &mut VTabConnection,
        aux: Option<&&'static Function>,
        _module_name: &[u8],
        _database_name: &[u8],
        _table_name: &[u8],
        _args: &[&[u8]],
    ) -> Result<(Cow<'static, CStr>, Self)> {
        let function = aux.ok_or(Error::InvalidQuery)?;
        // SAFETY: the handle is used while the table is connected, which ends before the connection does.
        let connection = unsafe { db.handle() };
        let columns = Statement::new(connection, "SELECT * FROM gff LIMIT 0")?.declared();
        let is = |name: &str| {
            columns
                .iter()
                .any(|(column, _)| column.eq_ignore_ascii_case(name))
        };
        let column = |(name, declared): &(String, String)| format!("{} {declared}", quote(name));
        let mut declared: Vec<String> = columns.iter().map(column).collect();
        for parameter in function.parameters {
            // Promoted keys may be called anything.
            let mut name = format!("_{}", &parameter.name.to_string_lossy()[1..]);
            while is(&name) {
                name.insert(0, '_');
            }
            declared.push(format!("{} HIDDEN", quote(&name)));
        }
        db.config(VTabConfig::Innocuous)?;
        let declared = format!("CREATE TABLE records ({})", declared.join(", "));
        let place = |place: usize| c_int::try_from(place).unwrap_or(c_int::MAX);
        Ok((
            Cow::Owned(CString::new(declared).map_err(Error::NulError)?),
            Self {
                base: ffi::sqlite3_vtab::default(),
                connection,
                function,
                columns: place(columns.len()),
                ty: place(
                    columns
                        .iter()
                        .position(|(name, _)| name == "type")
                        .unwrap_or(usize::MAX),
                ),
            },
        ))
    }

    fn best_index(&self, info: &mut IndexInfo) -> Result<bool> {
        let function = self.function;
        let needed: c_int = (1 << function.needed) - 1;
        let all = info.constraints().fold(0, |all, constraint| {
            let argument = constraint.column() - self.columns;
            match constraint.operator() {
                IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_EQ if argument >= 0 => {
                    all | 1 << argument
                }
                _ => all,
            }
        });
        if all & needed != needed {
            return Err(usage(function.usage));
        }
        let Some(mut given) = arguments(info, self.columns) else {
            return Ok(false);
        };
        if function.straight.is_some() {
            let place = info.constraints().position(|constraint| {
                constraint.column() == self.ty
                    && constraint.is_usable()
                    && constraint.operator() == IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_EQ
            });
            if let Some(place) = place {
                // SQLite compares the type again, by its own rules, also where the query does not.
                let last = given.count_ones() as c_int + 1;
                info.constraint_usage(place).set_argv_index(last);
                given |= TYPE;
            }
        }
        info.set_idx_num(given);
        info.set_estimated_cost(1_000.0);
        info.set_estimated_rows(25);
        Ok(true)
    }

    fn open(&'vtab mut self) -> Result<RecordsCursor<'vtab>> {
        let connection = self.connection;
        let straight = match self.function.straight_query() {
            Some(query) => Some((Statement::new(connection, &query)?, circles(connection)?)),
            None => None,
        };
        Ok(RecordsCursor {
            base: ffi::sqlite3_vtab_cursor::default(),
            statement: Statement::new(connection, &self.function.query())?,
            straight,
            is_straight: false,
            function: self.function,
            columns: self.columns,
            is_done: true,
            row: 0,
            table: PhantomData,
        })
    }
}

/// Returns the sequences that are a circle in one of the datasets.
fn circles(connection: *mut sqlite3) -> Result<HashSet<Vec<u8>>> {
    let sql = "SELECT DISTINCT seqid FROM sequence WHERE circular AND length > 0";
    let mut statement = Statement::new(connection, sql)?;
    let mut circles = HashSet::new();
    while statement.step()? {
        if let Ok(seqid) = statement.column(0).as_bytes() {
            circles.insert(seqid.to_vec());
        }
    }
    Ok(circles)
}

/// The rows of one call after another.
#[repr(C)]
pub(super) struct RecordsCursor<'vtab> {
    /// SQLite's part; it must be first.
    base: ffi::sqlite3_vtab_cursor,
    statement: Statement,
    /// The statement for sequences that are no circle, and those that are one.
    straight: Option<(Statement, HashSet<Vec<u8>>)>,
    /// Whether the rows are those of the straight one.
    is_straight: bool,
    function: &'static Function,
    columns: c_int,
    is_done: bool,
    row: i64,
    table: PhantomData<&'vtab Records>,
}

impl RecordsCursor<'_> {
    /// Chooses the statement for a first argument, and makes it ready.
    fn choose(&mut self, argument: ValueRef<'_>) -> &mut Statement {
        self.is_straight = match (&self.straight, argument) {
            (Some((_, circles)), ValueRef::Text(seqid)) => !circles.contains(seqid),
            _ => false,
        };
        // What was asked before holds no row any more.
        self.statement.reset();
        if let Some((straight, _)) = &mut self.straight {
            straight.reset();
        }
        self.statement()
    }

    fn statement(&mut self) -> &mut Statement {
        match &mut self.straight {
            Some((straight, _)) if self.is_straight => straight,
            _ => &mut self.statement,
        }
    }

    fn step(&mut self) -> Result<()> {
        self.is_done = true;
        self.is_done = !self.statement().step()?;
        self.row += 1;
        Ok(())
    }
}

/// Returns a position as SQL may give it: a whole number, or the text of one.
fn whole(value: ValueRef<'_>) -> Option<i64> {
    match value {
        ValueRef::Integer(number) => Some(number),
        ValueRef::Real(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Some(number as i64)
        }
        ValueRef::Text(text) => std::str::from_utf8(text).ok()?.trim().parse().ok(),
        _ => None,
    }
}

/// Returns a position, or the error that says that it is none.
fn position(value: ValueRef<'_>, function: &Function) -> Result<i64> {
    whole(value).ok_or_else(|| {
        let found = match Value::try_from(value) {
            Ok(Value::Text(text)) => format!("'{text}'"),
            Ok(Value::Real(number)) => number.to_string(),
            _ => String::from("bytes"),
        };
        usage(&format!(
            "{}; start and end are whole numbers, found {found}",
            function.usage
        ))
    })
}

// SAFETY: the struct begins with `sqlite3_vtab_cursor`, as `repr(C)` keeps it.
unsafe impl VTabCursor for RecordsCursor<'_> {
    fn filter(&mut self, given: c_int, _name: Option<&str>, args: &Filters<'_>) -> Result<()> {
        (self.is_done, self.row) = (true, 0);
        let (function, columns) = (self.function, self.columns);
        let statement = self.choose(args.iter().next().unwrap_or(ValueRef::Null));
        let mut values = args.iter();
        for (place, parameter) in function.parameters.iter().enumerate() {
            if given & (1 << place) == 0 {
                continue;
            }
            let value = values.next().unwrap_or(ValueRef::Null);
            let is_mode = parameter.name == c":mode";
            let is = |mode: &&str| value.as_bytes() == Ok(mode.as_bytes());
            if value == ValueRef::Null {
                match place < function.needed {
                    true => return Ok(()),
                    false => continue,
                }
            } else if is_mode && !MODES.iter().any(is) {
                return Err(usage(function.usage));
            }
            match parameter.is_base {
                true => {
                    let number = position(value, function)?;
                    statement.bind(parameter.name, ValueRef::Integer(number))?;
                }
                false => statement.bind(parameter.name, value)?,
            }
        }
        if given & TYPE != 0 {
            statement.bind(c":type", values.next().unwrap_or(ValueRef::Null))?;
        }
        if statement.columns() < columns {
            return Err(Error::ModuleError(String::from(
                "table gff has fewer columns than when the connection was opened; open it again",
            )));
        }
        self.step()
    }

    fn next(&mut self) -> Result<()> {
        self.step()
    }

    fn eof(&self) -> bool {
        self.is_done
    }

    fn column(&self, context: &mut Context, place: c_int) -> Result<()> {
        if place >= self.columns {
            return context.set_result(rusqlite::types::Null);
        }
        let value = match &self.straight {
            Some((straight, _)) if self.is_straight => straight.column(place),
            _ => self.statement.column(place),
        };
        context.set_result(rusqlite::types::ToSqlOutput::Borrowed(value))
    }

    fn rowid(&self) -> Result<i64> {
        Ok(self.row)
    }
}

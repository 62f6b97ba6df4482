//! Functions that are used like tables: `overlapping('chr1', 1, 2000)`, `descendants('gene1')`,
//! `ancestors('exon1')`, `attributes(text)`.
//!
//! They are eponymous virtual tables (<https://sqlite.org/vtab.html>, 2.1.2): their arguments may be columns of
//! other tables of the statement, and they may stand in views, subqueries and recursive queries. The
//! first three run a query of `schema/` on the same connection, so that there is no second search.
//!
//! A module of SQLite is `unsafe` to write, because SQLite is handed structs by their address. What
//! makes this one sound: each struct begins with the base that SQLite wants (`repr(C)`); a statement is
//! prepared and finalized by the cursor that owns it; a cursor does not outlive its table, nor a table its
//! connection, which is SQLite's promise.
#![allow(unsafe_code)]

use std::{
    borrow::Cow,
    collections::HashSet,
    ffi::{CStr, CString, c_char, c_int},
    marker::PhantomData,
    ptr::{self, NonNull},
};

use rusqlite::{
    Connection, Error, Result,
    ffi::{self, sqlite3, sqlite3_stmt},
    types::{Value, ValueRef},
    vtab::{
        Context, Filters, IndexConstraintOp, IndexInfo, Module, VTab, VTabConfig, VTabConnection,
        VTabCursor,
    },
};

use crate::{db::schema::quote, gff};

/// A function whose rows are those of a query, which has the columns of table `gff`.
#[derive(Debug)]
struct Function {
    name: &'static CStr,
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
    sql: include_str!("../../../schema/overlapping_round.sql"),
    straight: Some(include_str!("../../../schema/overlapping.sql")),
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

static DESCENDANTS: Function = Function {
    name: c"descendants",
    sql: include_str!("../../../schema/descendants.sql"),
    straight: None,
    parameters: &[text(c":id"), text(c":dataset")],
    needed: 1,
    usage: "descendants(ID [, dataset])",
};

static ANCESTORS: Function = Function {
    name: c"ancestors",
    sql: include_str!("../../../schema/ancestors.sql"),
    straight: None,
    parameters: &[text(c":id"), text(c":dataset")],
    needed: 1,
    usage: "ancestors(ID [, dataset])",
};

/// The bit of the index number that says that the last argument is a type.
const TYPE: c_int = 1 << 8;

/// What a mode is called.
const MODES: [&str; 3] = ["overlap", "within", "contains"];

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
    for function in [&OVERLAPPING, &DESCENDANTS, &ANCESTORS] {
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
fn arguments(info: &mut IndexInfo, first: c_int, mut used: c_int) -> Option<c_int> {
    let mut places = Vec::new();
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

/// Rows of table `gff` that a query finds.
#[repr(C)]
struct Records {
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
        let columns = columns(connection)?;
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
        let Some(mut given) = arguments(info, self.columns, 0) else {
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

/// Returns the columns of table `gff`, with the types that they are declared with.
fn columns(connection: *mut sqlite3) -> Result<Vec<(String, String)>> {
    let statement = Statement::new(connection, "SELECT * FROM gff LIMIT 0")?;
    let copy = |text: *const c_char| match text.is_null() {
        true => String::new(),
        // SAFETY: SQLite's texts end in NUL; this one is copied at once.
        false => unsafe { CStr::from_ptr(text) }
            .to_string_lossy()
            .into_owned(),
    };
    // SAFETY: the statement lives.
    let column = |place| unsafe {
        let name = copy(ffi::sqlite3_column_name(statement.as_ptr(), place));
        let declared = copy(ffi::sqlite3_column_decltype(statement.as_ptr(), place));
        (name, declared)
    };
    Ok((0..statement.columns()).map(column).collect())
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

/// A prepared statement of the connection that a function is called on.
struct Statement {
    statement: NonNull<sqlite3_stmt>,
    connection: *mut sqlite3,
}

impl Statement {
    fn new(connection: *mut sqlite3, sql: &str) -> Result<Self> {
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
    fn reset(&mut self) {
        // SAFETY: the statement lives. What reset returns was told when it was stepped.
        unsafe {
            ffi::sqlite3_reset(self.as_ptr());
            ffi::sqlite3_clear_bindings(self.as_ptr());
        }
    }

    /// Binds a value, of which SQLite makes a copy. A parameter that the statement does not have is passed over.
    fn bind(&mut self, name: &CStr, value: ValueRef<'_>) -> Result<()> {
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
    fn step(&mut self) -> Result<bool> {
        // SAFETY: the statement lives, and only `&mut self` steps it.
        match unsafe { ffi::sqlite3_step(self.as_ptr()) } {
            ffi::SQLITE_ROW => Ok(true),
            ffi::SQLITE_DONE => Ok(false),
            code => Err(failed(self.connection, code)),
        }
    }

    /// Returns a value of the row that it stands on; NULL where it stands on none.
    fn column(&self, place: c_int) -> ValueRef<'_> {
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
    fn columns(&self) -> c_int {
        // SAFETY: the statement lives.
        unsafe { ffi::sqlite3_column_count(self.as_ptr()) }
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

/// The rows of one call after another.
#[repr(C)]
struct RecordsCursor<'vtab> {
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
        match &mut self.straight {
            Some((straight, _)) => {
                straight.reset();
                match self.is_straight {
                    true => straight,
                    false => &mut self.statement,
                }
            }
            None => &mut self.statement,
        }
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

/// The attributes of a text.
#[repr(C)]
struct Attributes {
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
        if arguments(info, TEXT, 0) != Some(1) {
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
struct AttributesCursor<'vtab> {
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
        for attribute in gff::attributes(&text).filter(|attribute| !attribute.key.is_empty()) {
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

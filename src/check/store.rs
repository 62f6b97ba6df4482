//! What a check keeps of a file: a temporary database on disk, of which little is in memory.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params, types::ToSqlOutput};

use crate::{
    Error, Result,
    check::{
        Counts, Finding,
        codes::Code,
        sections::{self, Section},
    },
    db,
};

const TABLES: &str = include_str!("../../schema/check/tables.sql");

/// Findings of one code that are kept, unless all are.
const FIRST: u64 = 3;

/// What the temporary database is called in a message.
const NAME: &str = "the temporary database";

const RECORD: &str = include_str!("../../schema/check/keep_record.sql");
const FINDING: &str = include_str!("../../schema/check/keep_finding.sql");
const FINDINGS: &str = include_str!("../../schema/check/list_findings.sql");

/// KiB of the temporary database that are held in memory.
const CACHE_KIB: i64 = 8_192;

/// The records of one file, reduced to what the checks ask of them, and what was found.
pub(super) struct Store {
    connection: Connection,
    codes: Vec<&'static Code>,
    counts: HashMap<&'static str, u64>,
    all: bool,
}

/// One row of table `record`; see schema/check/tables.sql.
#[derive(Clone, Debug, Default)]
pub(super) struct Record<'a> {
    pub line: u64,
    pub seqid: &'a str,
    pub ty: &'a str,
    pub start: Option<i64>,
    pub end: Option<i64>,
    pub strand: Option<&'a str>,
    pub phase: Option<i64>,
    pub space: Option<&'a str>,
    pub id: Option<&'a str>,
    pub parents: Option<i64>,
    pub section: u64,
    pub trans: bool,
    pub hash: i64,
}

impl Store {
    /// Opens an empty store; `codes` are those that can be found, `all` keeps every finding.
    pub fn open(codes: Vec<&'static Code>, all: bool) -> Result<Self> {
        let connection = db::open_scratch(TABLES, CACHE_KIB).map_err(failed)?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(Self {
            connection,
            codes,
            counts: HashMap::new(),
            all,
        })
    }

    /// Notes a finding, unless its code is not asked for.
    pub fn add(
        &mut self,
        line: Option<u64>,
        name: &'static str,
        text: impl FnOnce() -> String,
    ) -> Result<()> {
        let Some(code) = self.codes.iter().find(|code| code.name == name) else {
            return Ok(());
        };
        let count = self.counts.entry(code.name).or_default();
        *count += 1;
        if self.all || *count <= FIRST {
            self.write(FINDING, params![signed(line), name, text()])?;
        }
        Ok(())
    }

    /// Keeps a record.
    pub fn record(&self, record: &Record) -> Result<()> {
        self.write(
            RECORD,
            params![
                signed(Some(record.line)),
                record.seqid,
                record.ty,
                record.start,
                record.end,
                record.strand,
                record.phase,
                record.space,
                record.id,
                record.parents,
                signed(Some(record.section)),
                record.trans,
                record.hash,
            ],
        )
    }

    /// Runs a statement that changes a table.
    pub fn write(&self, sql: &str, values: impl rusqlite::Params) -> Result<()> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(values))
            .map(drop)
            .map_err(failed)
    }

    /// Runs statements that need no values.
    pub fn batch(&self, sql: &str) -> Result<()> {
        self.connection
            .execute_batch(sql)
            .map_err(|e| Error::statement(NAME, sql, e))
    }

    /// Returns what `f` makes of the first row of a query, if there is one.
    pub fn query<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        f: impl FnOnce(&Row) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut query| query.query_row(values, f).optional())
            .map_err(failed)
    }

    /// Runs the statements of a file of schema/check/: what they make, and what they find.
    pub fn run(&mut self, file: &'static str) -> Result<()> {
        for section in sections::of(file) {
            match section {
                Section::Make(sql) => self.batch(sql)?,
                Section::Check(code, sql) => self.find(code, sql)?,
            }
        }
        Ok(())
    }

    fn find(&mut self, name: &'static str, sql: &'static str) -> Result<()> {
        let Some(code) = self.codes.iter().find(|code| code.name == name) else {
            return Ok(());
        };
        let failed = |e| Error::statement(NAME, sql, e);
        let mut count = 0;
        let mut query = self.connection.prepare(sql).map_err(failed)?;
        let mut insert = self.connection.prepare_cached(FINDING).map_err(failed)?;
        let mut rows = query.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            count += 1;
            if self.all || count <= FIRST {
                let line = row.get_ref(0).map_err(failed)?;
                let text = row.get_ref(1).map_err(failed)?;
                insert
                    .execute(params![
                        ToSqlOutput::Borrowed(line),
                        code.name,
                        ToSqlOutput::Borrowed(text)
                    ])
                    .map_err(failed)?;
            }
        }
        if count > 0 {
            *self.counts.entry(code.name).or_default() += count;
        }
        Ok(())
    }

    /// Returns how often each code was found.
    pub fn counts(&self) -> Counts {
        let mut counts: Vec<_> = self
            .codes
            .iter()
            .filter_map(|code| Some((**code, *self.counts.get(code.name)?)))
            .collect();
        counts.sort_by_key(|(code, _)| std::cmp::Reverse(code.severity));
        Counts { codes: counts }
    }

    /// Hands on what was kept: code by code as [`Counts`] has them, or, where all was kept, line by
    /// line.
    pub fn each(&self, f: &mut dyn FnMut(&Finding) -> Result<()>) -> Result<()> {
        if self.all {
            return self.select("", f);
        }
        for (code, _) in &self.counts().codes {
            self.select(code.name, f)?;
        }
        Ok(())
    }

    fn select(&self, code: &str, f: &mut dyn FnMut(&Finding) -> Result<()>) -> Result<()> {
        let mut query = self.connection.prepare_cached(FINDINGS).map_err(failed)?;
        let mut rows = query.query([code]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let name: String = row.get(1).map_err(failed)?;
            let Some(code) = self.codes.iter().find(|code| code.name == name) else {
                continue;
            };
            let line: Option<i64> = row.get(0).map_err(failed)?;
            f(&Finding {
                line: line.and_then(|line| u64::try_from(line).ok()),
                code: **code,
                text: printable(row.get(2).map_err(failed)?),
            })?;
        }
        Ok(())
    }
}

/// Escapes control characters: what a file has for a type must not steer a terminal.
fn printable(text: String) -> String {
    match text.contains(char::is_control) {
        false => text,
        true => text
            .chars()
            .flat_map(|c| match c.is_control() {
                true => c.escape_default().collect(),
                false => vec![c],
            })
            .collect(),
    }
}

fn failed(error: rusqlite::Error) -> Error {
    Error::sqlite(NAME, error)
}

fn signed(number: Option<u64>) -> Option<i64> {
    number.and_then(|number| i64::try_from(number).ok())
}

//! The aggregates `median`, `percentile`, `percentile_cont` and `percentile_disc` of SQLite, which it
//! has only where a flag of its build asks for them. Names, arguments and results are SQLite's.
//!
//! They hold the values of a group until its end, 8 bytes each.

use rusqlite::{
    Connection, Error, Result,
    functions::{Aggregate, Context, FunctionFlags},
    types::ValueRef,
};

pub fn register(connection: &Connection, flags: FunctionFlags) -> Result<()> {
    for percentile in [
        Percentile::new("median", 1.0, true),
        Percentile::new("percentile", 100.0, true),
        Percentile::new("percentile_cont", 1.0, true),
        Percentile::new("percentile_disc", 1.0, false),
    ] {
        let arguments = if percentile.name == "median" { 1 } else { 2 };
        connection.create_aggregate_function(percentile.name, arguments, flags, percentile)?;
    }
    Ok(())
}

/// One of the functions.
#[derive(Clone, Copy)]
struct Percentile {
    name: &'static str,
    /// What stands for the whole: 100 or 1.
    whole: f64,
    /// Whether it is between two values where none is at the place itself.
    between: bool,
}

/// The values of a group.
#[derive(Default)]
struct Values {
    fraction: Option<f64>,
    values: Vec<f64>,
}

impl Percentile {
    const fn new(name: &'static str, whole: f64, between: bool) -> Self {
        Self {
            name,
            whole,
            between,
        }
    }

    fn failed(&self, reason: &str) -> Error {
        Error::UserFunctionError(format!("{}(): {reason}", self.name).into())
    }

    /// Returns the asked place, from 0 to 1.
    fn fraction(&self, context: &Context<'_>) -> Result<f64> {
        let given = match context.len() {
            1 => return Ok(0.5),
            _ => match context.get_raw(1) {
                ValueRef::Integer(n) => Some(n as f64),
                ValueRef::Real(x) => Some(x),
                _ => None,
            },
        };
        let whole = self.whole;
        given
            .map(|given| given / whole)
            .filter(|fraction| (0.0..=1.0).contains(fraction))
            .ok_or_else(|| {
                self.failed(&format!(
                    "expected a number from 0 to {whole} as its second argument"
                ))
            })
    }
}

impl Aggregate<Values, Option<f64>> for Percentile {
    fn init(&self, _: &mut Context<'_>) -> Result<Values> {
        Ok(Values::default())
    }

    fn step(&self, context: &mut Context<'_>, group: &mut Values) -> Result<()> {
        let fraction = self.fraction(context)?;
        // A difference that SQLite takes for none, too.
        if (*group.fraction.get_or_insert(fraction) - fraction).abs() > 0.001 {
            return Err(self.failed("expected the same second argument for every row"));
        }
        let value = match context.get_raw(0) {
            ValueRef::Null => return Ok(()),
            ValueRef::Integer(n) => n as f64,
            ValueRef::Real(x) if x.is_finite() => x,
            ValueRef::Real(_) => return Err(self.failed("expected numbers, found an infinite one")),
            ValueRef::Text(_) | ValueRef::Blob(_) => {
                return Err(self.failed(
                    "expected numbers, found another value; CAST(value AS REAL) makes one of a text",
                ));
            }
        };
        group.values.push(value);
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, group: Option<Values>) -> Result<Option<f64>> {
        let Some(Values {
            fraction: Some(fraction),
            mut values,
        }) = group
        else {
            return Ok(None);
        };
        let Some(last) = values.len().checked_sub(1) else {
            return Ok(None);
        };
        let place = fraction * last as f64;
        let (_, at, above) = values.select_nth_unstable_by(place as usize, f64::total_cmp);
        let share = place.fract();
        Ok(Some(match above.iter().copied().min_by(f64::total_cmp) {
            Some(next) if self.between && share > 0.0 => *at + (next - *at) * share,
            _ => *at,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::functions;

    fn run(sql: &str) -> std::result::Result<Option<f64>, String> {
        let connection = Connection::open_in_memory().expect("a database");
        functions::register(&connection).expect("the functions");
        let values = "(VALUES (13, 'a'), (4, 'a'), (NULL, 'a'), (7, 'b'), (1.5, 'b'), (10, 'b'))";
        connection
            .query_row(&format!("SELECT {sql} FROM {values}"), [], |row| row.get(0))
            .map_err(|e| e.to_string())
    }

    #[test]
    fn they_return_what_sqlite_returns() {
        for (sql, expected) in [
            ("median(column1)", Some(7.0)),
            ("median(column1) FILTER (WHERE column2 = 'a')", Some(8.5)),
            ("median(column1) FILTER (WHERE column1 IS NULL)", None),
            ("median(column1) FILTER (WHERE 0)", None),
            ("percentile(column1, 0)", Some(1.5)),
            ("percentile(column1, 25)", Some(4.0)),
            ("percentile(column1, 30)", Some(4.6)),
            ("percentile(column1, 100)", Some(13.0)),
            ("percentile_cont(column1, 0.3)", Some(4.6)),
            ("percentile_disc(column1, 0.3)", Some(4.0)),
            ("percentile_disc(column1, 0.5)", Some(7.0)),
            ("percentile_disc(column1, 1)", Some(13.0)),
            ("percentile(7, 33)", Some(7.0)),
        ] {
            let found = run(sql).expect(sql);
            let near = |(a, b): (f64, f64)| (a - b).abs() < 1e-12;
            assert_eq!(found.is_some(), expected.is_some(), "{sql}");
            assert!(found.zip(expected).is_none_or(near), "{sql}: {found:?}");
        }
        for (sql, expected) in [
            (
                "median(column2)",
                "median(): expected numbers, found another value; CAST(value AS REAL) makes one of \
                 a text",
            ),
            (
                "median(1e999)",
                "median(): expected numbers, found an infinite one",
            ),
            (
                "percentile(column1, 101)",
                "percentile(): expected a number from 0 to 100 as its second argument",
            ),
            (
                "percentile_cont(column1, NULL)",
                "percentile_cont(): expected a number from 0 to 1 as its second argument",
            ),
            (
                "percentile(column1, coalesce(column1, 0) % 3)",
                "percentile(): expected the same second argument for every row",
            ),
        ] {
            assert_eq!(run(sql), Err(String::from(expected)), "{sql}");
        }
    }
}

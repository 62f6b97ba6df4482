//! The mathematical functions of SQLite, which it has only where a flag of its build asks for them,
//! and a build of this crate cannot set that. Names, arguments and results are SQLite's.
//!
//! An argument that is no number, and a result that is none, is NULL. Text that is a number is one.

use std::f64::consts;

use rusqlite::{
    Connection, Result,
    functions::{Context, FunctionFlags},
    types::{Value, ValueRef},
};

type OfOne = fn(f64) -> f64;
type OfTwo = fn(f64, f64) -> f64;

/// Functions of one number.
const OF_ONE: [(&str, OfOne); 20] = [
    ("acos", f64::acos),
    ("acosh", f64::acosh),
    ("asin", f64::asin),
    ("asinh", f64::asinh),
    ("atan", f64::atan),
    ("atanh", f64::atanh),
    ("cos", f64::cos),
    ("cosh", f64::cosh),
    ("degrees", f64::to_degrees),
    ("exp", f64::exp),
    ("ln", |x| positive(x).ln()),
    ("log", |x| positive(x).log10()),
    ("log10", |x| positive(x).log10()),
    ("log2", |x| positive(x).log2()),
    ("radians", f64::to_radians),
    ("sin", f64::sin),
    ("sinh", f64::sinh),
    ("sqrt", f64::sqrt),
    ("tan", f64::tan),
    ("tanh", f64::tanh),
];

/// Functions of one number that leave a whole one as it is.
const ROUNDING: [(&str, OfOne); 4] = [
    ("ceil", f64::ceil),
    ("ceiling", f64::ceil),
    ("floor", f64::floor),
    ("trunc", f64::trunc),
];

/// Functions of two numbers.
const OF_TWO: [(&str, OfTwo); 5] = [
    ("atan2", f64::atan2),
    // The base comes first.
    ("log", |base, x| match positive(base).ln() {
        base if base > 0.0 => positive(x).ln() / base,
        _ => f64::NAN,
    }),
    ("mod", |x, y| x % y),
    ("pow", f64::powf),
    ("power", f64::powf),
];

pub fn register(connection: &Connection, flags: FunctionFlags) -> Result<()> {
    for (name, function) in OF_ONE {
        connection.create_scalar_function(name, 1, flags, move |context| {
            Ok(number(context, 0).map(function))
        })?;
    }
    for (name, function) in ROUNDING {
        connection.create_scalar_function(name, 1, flags, move |context| {
            Ok(match whole(context.get_raw(0)) {
                Some(n) => Value::Integer(n),
                None => number(context, 0).map_or(Value::Null, |x| Value::Real(function(x))),
            })
        })?;
    }
    for (name, function) in OF_TWO {
        connection.create_scalar_function(name, 2, flags, move |context| {
            let numbers = number(context, 0).zip(number(context, 1));
            Ok(numbers.map(|(x, y)| function(x, y)))
        })?;
    }
    connection.create_scalar_function("pi", 0, flags, |_| Ok(consts::PI))
}

/// Returns the number where it has a logarithm; SQLite returns NULL, which NaN becomes, elsewhere.
fn positive(x: f64) -> f64 {
    if x > 0.0 { x } else { f64::NAN }
}

fn number(context: &Context<'_>, argument: usize) -> Option<f64> {
    match context.get_raw(argument) {
        ValueRef::Real(x) => Some(x),
        ValueRef::Text(text) => {
            let text = str::from_utf8(text).ok()?.trim_ascii();
            // Rust reads `inf` and `nan` too, SQLite does not.
            let is_digits =
                !text.contains(|c: char| c.is_ascii_alphabetic() && c != 'e' && c != 'E');
            text.parse().ok().filter(|_| is_digits)
        }
        value => whole(value).map(|n| n as f64),
    }
}

fn whole(value: ValueRef<'_>) -> Option<i64> {
    match value {
        ValueRef::Integer(n) => Some(n),
        ValueRef::Text(text) => str::from_utf8(text).ok()?.trim_ascii().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::functions;

    #[test]
    fn they_return_what_sqlite_returns() -> Result<()> {
        let connection = Connection::open_in_memory()?;
        functions::register(&connection)?;
        for (sql, expected) in [
            ("sqrt(2)", "1.4142135623731"),
            ("sqrt('2')", "1.4142135623731"),
            ("sqrt(-1)", "NULL"),
            ("sqrt('x')", "NULL"),
            ("sqrt('inf')", "NULL"),
            ("sqrt(NULL)", "NULL"),
            ("sqrt(X'32')", "NULL"),
            ("pow(2, 10)", "1024.0"),
            ("power(2.0, -1)", "0.5"),
            ("pow(2, NULL)", "NULL"),
            ("exp(1)", "2.71828182845905"),
            ("ln(exp(2))", "2.0"),
            ("log(1000)", "3.0"),
            ("log10(0.01)", "-2.0"),
            ("log2(8)", "3.0"),
            ("log(2, 8)", "3.0"),
            ("log(1, 8)", "NULL"),
            ("log(0.5, 8)", "NULL"),
            ("log(2, 0)", "NULL"),
            ("ln(0)", "NULL"),
            ("log10(-1)", "NULL"),
            ("ceil(1.2)", "2.0"),
            ("ceiling(-1.2)", "-1.0"),
            ("floor(-1.2)", "-2.0"),
            ("trunc(-1.7)", "-1.0"),
            ("floor(7)", "7"),
            ("floor('7')", "7"),
            ("floor('x')", "NULL"),
            ("floor(9223372036854775807)", "9223372036854775807"),
            ("mod(7, 3)", "1.0"),
            ("mod(-7.5, 2)", "-1.5"),
            ("mod(7, 0)", "NULL"),
            ("pi()", "3.14159265358979"),
            ("degrees(pi())", "180.0"),
            ("radians(180)", "3.14159265358979"),
            ("sin(0)", "0.0"),
            ("cos(0)", "1.0"),
            ("tan(0)", "0.0"),
            ("asin(2)", "NULL"),
            ("atan2(1, 1) * 4", "3.14159265358979"),
            (
                "cosh(0) + sinh(0) + tanh(0) + acosh(1) + asinh(0) + atanh(0)",
                "1.0",
            ),
            ("acos(1) + atan(0)", "0.0"),
        ] {
            let found: String =
                connection.query_row(&format!("SELECT quote({sql})"), [], |row| row.get(0))?;
            // As many digits as are the same on every machine.
            let found = match found.parse::<f64>() {
                Ok(x) if found.contains('.') => {
                    connection.query_row("SELECT quote(round(?1, 14))", [x], |row| row.get(0))?
                }
                _ => found,
            };
            assert_eq!(found, expected, "{sql}");
        }
        Ok(())
    }
}

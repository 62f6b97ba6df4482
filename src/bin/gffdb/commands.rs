//! One file a command, each in one order: help, arguments, `run`, helpers.

pub mod completions;
pub mod convert;
pub mod demo;
pub mod man;
pub mod query;
pub mod sql;

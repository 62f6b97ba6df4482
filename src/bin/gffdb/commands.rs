//! One file a command, each in one order: help, arguments, `run`, helpers.

pub mod alias;
pub mod check;
pub mod completions;
pub mod convert;
pub mod demo;
pub mod export;
pub mod info;
pub mod man;
pub mod query;
pub mod sql;
pub mod verify;

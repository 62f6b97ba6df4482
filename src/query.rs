//! A database asked.

pub mod nearest;
pub mod sql;

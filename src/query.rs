//! A database asked.

pub mod info;
pub mod nearest;
pub mod sql;

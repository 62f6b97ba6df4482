//! The text of SQL statements that a user wrote: where one ends, which names it may mean, and what to do when SQLite
//! refuses it.

mod hint;
mod names;
mod split;

pub(crate) use self::{
    hint::explain,
    split::{first, words},
};
pub use self::{
    names::{Table, definitions, tables},
    split::is_complete,
};

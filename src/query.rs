//! A database asked: in SQL, or by region, name, type and place in the hierarchy.

mod bits;
mod database;
mod expression;
mod filter;
mod merge;
pub mod nearest;
mod overlap;
mod plan;
mod region;
mod relatives;
mod row;
mod select;
pub mod sql;
mod targets;
mod walk;

pub use self::{
    database::Database,
    filter::{Attr, NameMatch},
    merge::Span,
    overlap::Mode,
    region::Region,
    relatives::With,
    row::{Feature, Row},
    select::{Query, Targets},
    targets::{Target, read as read_targets},
};

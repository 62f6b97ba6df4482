//! A database asked: in SQL, or by region, name, type and place in the hierarchy.

mod alias;
mod asked;
mod bits;
mod chosen;
mod database;
mod each_region;
mod expression;
mod extents;
mod filter;
mod hits;
pub mod info;
mod instead;
mod keys;
mod lengths;
mod merge;
mod names;
pub mod nearest;
mod overlap;
mod parts;
mod plan;
mod region;
mod relatives;
mod row;
mod row_columns;
mod select;
mod sequences;
mod snapshot;
mod spans;
pub mod sql;
mod targets;
mod walk;

use self::overlap::comments_off as without_comments;
pub(crate) use self::parts::{Parts, Pass};
pub(crate) use self::row_columns::RowColumns;
pub use self::{
    alias::{Aliases, Filled},
    asked::Asked,
    bits::Bits,
    database::Database,
    each_region::{EachRegion, Named},
    filter::Attr,
    names::NameMatch,
    overlap::Mode,
    region::Region,
    relatives::With,
    row::{Feature, Row},
    select::{Query, Targets},
    sequences::Sequences,
    snapshot::Snapshot,
    spans::{Span, Spans},
    targets::{Target, read as read_targets},
};
pub(crate) use self::{expression::LENGTH, keys::GTF_KEYS};
pub(crate) use self::{extents::Extents, instead::Instead, lengths::Lengths};

#[cfg(test)]
mod tests;

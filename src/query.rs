//! A database asked: in SQL, or by region, name, type and place in the hierarchy.

mod alias;
mod database;
mod each_region;
mod expression;
mod filter;
mod id_lookup;
pub mod info;
mod keys;
mod lengths;
mod merge;
mod names;
pub mod nearest;
mod overlap;
mod parallel_scan;
mod plan;
mod record_set;
mod region;
mod region_lines;
mod relatives;
mod row;
mod row_columns;
mod row_overrides;
mod select;
mod selection;
mod sequences;
mod snapshot;
mod spans;
pub mod statement;
mod temp_record_table;
mod walk;

pub(crate) use self::parallel_scan::{ParallelScan, Pass};
pub(crate) use self::row_columns::RowColumns;
pub use self::{
    alias::{Aliases, Filled},
    database::Database,
    each_region::{EachRegion, ResolvedRegions},
    filter::Attr,
    id_lookup::IdLookup,
    names::NameMatch,
    overlap::Mode,
    record_set::RecordSet,
    region::Region,
    region_lines::{RegionLine, read as read_targets},
    relatives::With,
    row::{Feature, Row},
    select::{Query, RegionSet},
    sequences::Sequences,
    snapshot::Snapshot,
    spans::{Span, Spans},
};
pub(crate) use self::{
    expression::LENGTH,
    keys::{GTF_KEYS, Keys},
};
pub(crate) use self::{lengths::Lengths, row_overrides::RowOverrides};

#[cfg(test)]
mod tests;

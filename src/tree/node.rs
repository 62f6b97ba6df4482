//! A record, as far as its links go.

/// The columns of a [`Node`], borrowed from a row that passes by.
#[derive(Clone, Copy, Debug)]
pub struct Passing<'r> {
    pub record: i64,
    pub dataset: Option<&'r str>,
    pub seqid: Option<&'r str>,
    pub ty: Option<&'r str>,
    pub id: Option<&'r str>,
    pub parent: Option<&'r str>,
}

impl<'r> Passing<'r> {
    /// Reads a row of [`COLUMNS`].
    pub fn of(row: &'r rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            record: row.get(0)?,
            dataset: text(row, 1)?,
            seqid: text(row, 2)?,
            ty: text(row, 3)?,
            id: text(row, 4)?,
            parent: text(row, 5)?,
        })
    }
}

/// A record, as far as its links go.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Node {
    pub record: i64,
    pub dataset: String,
    pub seqid: Option<String>,
    pub ty: Option<String>,
    pub id: Option<String>,
    pub parent: Option<String>,
}

/// The columns that a [`Node`] is read from.
pub const COLUMNS: &str = "record_id, dataset, seqid, type, ID, Parent";

impl Node {
    /// Copies the columns, into the memory that is there.
    pub fn fill(&mut self, passing: &Passing<'_>) {
        self.record = passing.record;
        passing
            .dataset
            .unwrap_or_default()
            .clone_into(&mut self.dataset);
        set(&mut self.seqid, passing.seqid);
        set(&mut self.ty, passing.ty);
        set(&mut self.id, passing.id);
        set(&mut self.parent, passing.parent);
    }
}

pub(super) fn text<'a>(
    row: &'a rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<&'a str>> {
    Ok(row.get_ref(column)?.as_str_or_null().unwrap_or(None))
}

/// Sets a text in the memory that is there.
fn set(slot: &mut Option<String>, text: Option<&str>) {
    match (slot, text) {
        (Some(old), Some(new)) => new.clone_into(old),
        (slot, new) => *slot = new.map(str::to_owned),
    }
}

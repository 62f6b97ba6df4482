//! From a record line to what is stored of it.

use crate::{
    error::Problem,
    gff::{self, Attribute, Layout, Number, Record, ScoreFormat, find, joined},
    load::{
        batch::{Rows, Sequence, SideRow, Span, UnresolvedParent, Value},
        index::Sorter,
        layouts::Layouts,
        parents::{Namespace, Parents},
        promote::Promotion,
        sequences::Sequences,
        split::{ID, PARENT, Rest, Split},
    },
};

mod proof;
mod row;

use self::row::Row;

/// The most lines of a file that are listed for one thing which a program may do on each of its lines.
const MOST_LISTED: u32 = 1_000;

/// Columns of table `gff`, in the order of [`FIXED_COLUMNS`](crate::db::schema::FIXED_COLUMNS).
pub mod column {
    pub const RECORD_ID: u16 = 0;
    pub const DATASET: u16 = 1;
    pub const SEQID: u16 = 2;
    pub const START: u16 = 5;
    pub const END: u16 = 6;
    pub const SCORE: u16 = 7;
    pub const STRAND: u16 = 8;
    pub const PHASE: u16 = 9;
    pub const LAYOUT: u16 = 10;
    pub const ATTRIBUTES: u16 = 11;
    /// `ID`, and after it the others.
    pub const PROMOTED: u16 = 12;
}

/// Makes rows of record lines. What it holds does not grow with the file.
#[derive(Debug)]
pub struct RowBuilder {
    promotion: Promotion,
    layouts: Layouts,
    sequences: Sequences,
    parents: Parents,
    /// Keys of which table `attribute_value` gets each value.
    values: Vec<String>,
    /// Takes the keys of the indexes; `None` where SQLite builds them.
    sorter: Option<Sorter>,
    /// The values of the record at hand, by place among the promoted keys.
    promoted: Vec<Option<Value>>,
    /// The text of the layout at hand.
    layout_text: String,
    /// The places of what was taken from the column at hand.
    places: Vec<usize>,
    /// Records in GFF3 and in GTF syntax.
    syntaxes: [u64; 2],
    /// Which promoted keys a record had, by place.
    seen: Vec<bool>,
    /// Which of the keys in `values` a record had.
    values_seen: Vec<bool>,
    /// Lines listed for having `Parent` several times.
    repeated: u32,
    /// Lines listed for having other than nine columns.
    odd_columns: u32,
}

/// Counts a line that is to be listed; returns what its issue ends with, or `None` where there are too many.
fn listed(count: &mut u32) -> Option<&'static str> {
    *count = count.saturating_add(1);
    match *count {
        MOST_LISTED => Some("; further such lines are not listed"),
        _ => (*count < MOST_LISTED).then_some(""),
    }
}

/// Returns that the records of a sequence reach so far.
fn extent((seqid, end): (String, i64)) -> Sequence {
    Sequence {
        seqid,
        length: Some((end, "extent")).filter(|_| end > 0),
        circular: false,
    }
}

/// Tells whether a ninth column names its feature as a sequence is named.
///
/// GFF3 1.26, "Column 1": a landmark "is a feature that has the ID of" column 1; files have that in `Name` and
/// `Alias`, too.
fn is_named(column: &str, seqid: &str) -> bool {
    let may_be = memchr::memmem::find(column.as_bytes(), seqid.as_bytes()).is_some()
        || memchr::memchr(b'%', column.as_bytes()).is_some();
    may_be
        && ["ID", "Name", "Alias"].iter().any(|key| {
            find(column, key)
                .flat_map(|attribute| attribute.values())
                .any(|value| value == seqid)
        })
}

/// A line and where it came from.
#[derive(Clone, Copy, Debug)]
pub struct SourceLine<'a> {
    /// The line, without its line end.
    pub text: &'a str,
    /// Its bytes in the file.
    pub raw: &'a [u8],
    /// Its number, from 1.
    pub number: u64,
    /// The block, of which `text` is a slice.
    pub block: &'a str,
    /// The block's bytes in the file, of which `raw` is a slice.
    pub bytes: &'a [u8],
}

impl RowBuilder {
    /// Starts with a database's promotion and layouts.
    pub fn new(
        promotion: Promotion,
        layouts: Layouts,
        values: Vec<String>,
        sorter: Option<Sorter>,
    ) -> Self {
        Self {
            promotion,
            layouts,
            sequences: Sequences::default(),
            parents: Parents::default(),
            values_seen: vec![false; values.len()],
            values,
            sorter,
            promoted: Vec::new(),
            layout_text: String::new(),
            places: Vec::new(),
            syntaxes: [0; 2],
            seen: Vec::new(),
            repeated: 0,
            odd_columns: 0,
        }
    }

    /// Returns the promoted keys.
    pub fn promotion(&self) -> &Promotion {
        &self.promotion
    }

    /// Returns the layouts and the keys of the indexes, for the next file.
    pub fn into_parts(self) -> (Layouts, Option<Sorter>) {
        (self.layouts, self.sorter)
    }

    /// Tells at once that keys of the indexes cannot be written to temporary files.
    ///
    /// # Errors
    ///
    /// The disk is full, most likely.
    pub fn check_sorter(&mut self) -> crate::Result<()> {
        self.sorter.as_mut().map_or(Ok(()), Sorter::check)
    }

    /// Returns the sequences, of the file that ends, that are longer than a feature said.
    pub fn extents(&mut self) -> Vec<Sequence> {
        self.sequences.longer().into_iter().map(extent).collect()
    }

    /// Returns the keys that are columns, or whose values are stored, and that a record had.
    pub fn keys_seen(&self) -> impl Iterator<Item = String> {
        let promoted = self.promotion.names().iter().zip(&self.seen);
        let values = self.values.iter().zip(&self.values_seen);
        let seen = promoted.chain(values).filter(|(_, seen)| **seen);
        seen.map(|(key, _)| key.clone())
    }

    /// Returns `gtf` where more records had GTF's attribute syntax than GFF3's.
    pub fn format(&self) -> &'static str {
        if self.syntaxes[1] > self.syntaxes[0] {
            "gtf"
        } else {
            "gff3"
        }
    }

    /// Adds a record line to the rows.
    ///
    /// # Errors
    ///
    /// The line is no record; then nothing was added.
    #[inline(never)]
    pub fn add(&mut self, line: SourceLine<'_>, id: i64, rows: &mut Rows) -> Result<(), Problem> {
        let record = Record::parse(line.text)?;
        let (start, end) = coordinates(&record)?;
        let first_cell = rows.cells.len();
        let mut row = Row { rows, line, id };
        let texts = row.texts(&record);
        row.number(column::START, start, "start");
        row.number(column::END, end, "end");
        if let (Some(start), Some(end)) = (start, end)
            && end < start
            && !self
                .sequences
                .is_circular(&record.seqid().unwrap_or_default())
        {
            row.issue(
                "end-before-start",
                format!("end {end} is before start {start}"),
            );
        }
        let score = row.score(&record);
        row.strand(&record);
        row.phase(&record);
        self.sequence(&record, (start, end), &mut row);
        let mut split = Split::default();
        let plain = self.attributes(&record, &mut split, &mut row);
        let columns = row.columns(&record);
        if record.columns() != 9
            && let Some(more) = listed(&mut self.odd_columns)
        {
            let found = record.columns();
            let text = format!("expected 9 tab-separated columns, found {found}{more}");
            row.issue("column-count", text);
        }
        if !plain || score != ScoreFormat::Shortest || texts.is_some() || columns != 9 {
            let layout = Layout {
                text: texts.unwrap_or_default(),
                score,
                columns,
                parts: None,
            };
            self.layout(&record, &split, plain, layout, &mut row);
        }
        self.prove(&record, first_cell, &mut row);
        row.rows.ends.push(row.rows.cells.len() as u32);
        Ok(())
    }

    /// Notes the sequence, and what a feature that is a whole sequence says of it.
    fn sequence(
        &mut self,
        record: &Record<'_>,
        bases: (Option<i64>, Option<i64>),
        row: &mut Row<'_, '_>,
    ) {
        let Some(seqid) = record.seqid() else { return };
        if self.sequences.is_new(&seqid) {
            row.rows.small.push(SideRow::Sequence(Sequence {
                seqid: seqid.to_string(),
                ..Sequence::default()
            }));
            let forgotten = self.sequences.forgotten().map(extent);
            row.rows.small.extend(forgotten.map(SideRow::Sequence));
        }
        self.sequences
            .reach(bases.0.max(bases.1).unwrap_or_default());
        let (Some(1), Some(end @ 1..)) = bases else {
            return;
        };
        let column = record.attributes();
        let circular = memchr::memmem::find(column.as_bytes(), b"Is_circular=true");
        let is_landmark = is_named(column, &seqid);
        // The types of class 'chromosome' in schema/type_class.sql, less the vague ones.
        let whole = circular.is_some()
            || is_landmark
            || matches!(
                record.column(2),
                "chromosome" | "region" | "contig" | "supercontig" | "scaffold" | "plasmid"
            );
        if whole {
            self.sequences.whole(end, is_landmark);
            if circular.is_some() {
                self.sequences.set_circular(&seqid);
            }
            if memchr::memmem::find(column.as_bytes(), b"Alias").is_some() {
                let values = find(column, "Alias").flat_map(|alias| alias.values());
                let others = values.filter(|alias| !alias.is_empty() && *alias != seqid);
                row.rows.small.extend(others.map(|alias| SideRow::Alias {
                    seqid: seqid.to_string(),
                    alias: alias.into_owned(),
                    end,
                }));
            }
            row.rows.small.push(SideRow::Sequence(Sequence {
                seqid: seqid.to_string(),
                length: Some((end, if is_landmark { "landmark" } else { "feature" })),
                circular: circular.is_some(),
            }));
        }
    }

    /// Stores the promoted values and the rest; returns whether they lie in the plain order.
    fn attributes<'a>(
        &mut self,
        record: &Record<'a>,
        split: &mut Split<'a>,
        row: &mut Row<'_, 'a>,
    ) -> bool {
        let column = record.attributes();
        let new = &mut row.rows.new_columns;
        let plain = split.read(column, record.column(2), &mut self.promotion, new);
        self.syntaxes[usize::from(split.gtf)] += 1;
        self.promoted.clear();
        self.promoted.resize(self.promotion.names().len(), None);
        self.parents.on(record.column(0));
        if self.seen.len() < self.promoted.len() {
            self.seen.resize(self.promoted.len(), false);
        }
        let any_repeated = !split.repeated.is_empty();
        for (place, attribute) in split.taken.iter().chain(&split.copies) {
            let is_repeated = any_repeated && split.repeated.contains(place);
            // What was taken has a value.
            let value = match is_repeated {
                true => joined(column, attribute.key).unwrap_or_default(),
                false => attribute.decoded().unwrap_or_default(),
            };
            let value = row.keep(value);
            self.seen[*place] = true;
            self.promoted[*place] = Some(value);
            row.cell(column::PROMOTED + *place as u16, value);
            match *place {
                ID => {
                    let id = value.text(row.line.block, &row.rows.arena);
                    let namespace = Namespace::of(attribute.key);
                    self.parents.id(namespace, id.unwrap_or_default());
                }
                PARENT if is_repeated => self.parents(column, split.gtf, row),
                PARENT => self.parent(attribute, value, split.gtf, row),
                _ => {}
            }
        }
        if split.names_itself(column, record.column(2)) {
            let name = column.trim_end_matches([';', ' ']);
            row.rows
                .small
                .push(SideRow::UnresolvedParent(UnresolvedParent {
                    namespace: Namespace::Bare,
                    parent: Value::Block(Span::of(row.line.block, name)),
                    // Of these, it is the record that is asked for.
                    line: row.id as u64,
                }));
        }
        let rest = match split.rest {
            Rest::Nothing => None,
            Rest::Slice(rest) => Some(Value::Block(Span::of(row.line.block, rest))),
            Rest::Scattered => {
                let mut rest = String::with_capacity(column.len());
                split.assemble(column, &mut rest);
                (!rest.is_empty()).then(|| row.rows.keep(&rest))
            }
        };
        if let Some(rest) = rest {
            row.cell(column::ATTRIBUTES, rest);
        }
        if !self.values.is_empty() {
            self.single_values(column, row);
        }
        plain
    }

    /// Stores several parents one by one, and notes those that were not seen.
    fn parent<'a>(
        &mut self,
        attribute: &Attribute<'a>,
        value: Value,
        gtf: bool,
        row: &mut Row<'_, 'a>,
    ) {
        let namespace = Namespace::of(attribute.key);
        if gtf || !attribute.value.is_some_and(|v| v.contains(',')) {
            return self.want(namespace, value, row);
        }
        for parent in attribute.values().filter(|p| !p.is_empty()) {
            let parent = row.keep(parent);
            self.want(namespace, parent, row);
            row.rows.small.push(SideRow::Parent {
                record: row.id,
                parent,
            });
        }
    }

    /// Stores the parents of a line that has `Parent` several times: each of them is one.
    fn parents<'a>(&mut self, column: &'a str, gtf: bool, row: &mut Row<'_, 'a>) {
        // GFF3 1.26: "Multiple attributes of the same type are indicated by separating the values with
        // the comma"; GTF repeats the key.
        if !gtf && let Some(more) = listed(&mut self.repeated) {
            let text = format!(
                "Parent comes more than once: all its values are parents; GFF3 has commas between them{more}"
            );
            row.issue("parent-repeated", text);
        }
        for attribute in find(column, "Parent") {
            for parent in attribute.values().filter(|parent| !parent.is_empty()) {
                let parent = row.keep(parent);
                self.want(Namespace::Id, parent, row);
                row.rows.small.push(SideRow::Parent {
                    record: row.id,
                    parent,
                });
            }
        }
    }

    /// Notes a parent that was not seen.
    fn want(&mut self, namespace: Namespace, parent: Value, row: &mut Row<'_, '_>) {
        let text = parent.text(row.line.block, &row.rows.arena);
        if self.parents.is_wanted(namespace, text.unwrap_or_default()) {
            row.rows
                .small
                .push(SideRow::UnresolvedParent(UnresolvedParent {
                    namespace,
                    parent,
                    line: row.line.number,
                }));
        }
    }

    fn single_values<'a>(&mut self, column: &'a str, row: &mut Row<'_, 'a>) {
        for attribute in gff::attributes(column) {
            let Some(at) = self.values.iter().position(|key| key == attribute.key) else {
                continue;
            };
            self.values_seen[at] = true;
            for value in attribute.values().filter(|value| !value.is_empty()) {
                let value = row.keep(value);
                row.rows.small.push(SideRow::AttributeValue {
                    record: row.id,
                    key: Value::Block(Span::of(row.line.block, attribute.key)),
                    value,
                });
            }
        }
    }

    /// Points the record at the layout that gives its line back; `layout` is all of it but column 9.
    fn layout(
        &mut self,
        record: &Record<'_>,
        split: &Split<'_>,
        plain: bool,
        layout: Layout,
        row: &mut Row<'_, '_>,
    ) {
        let regular = split.regular && layout.is_plain();
        if regular {
            self.places.clear();
            self.places
                .extend(split.taken.iter().map(|(place, _)| *place));
            if let Some(layout) = self.layouts.find_regular(&self.places) {
                row.cell(column::LAYOUT, Value::Int(layout));
                return;
            }
        }
        self.layout_text.clear();
        if !plain {
            split.describe(
                record.attributes(),
                self.promotion.names(),
                &mut self.layout_text,
            );
        }
        let attributes = (!plain).then_some(self.layout_text.as_str());
        let names = self.promotion.names();
        let new = &mut row.rows.layouts;
        let layout = self.layouts.find(layout, attributes, names, new);
        if let Some(layout) = layout {
            row.cell(column::LAYOUT, Value::Int(layout));
            if regular {
                self.layouts.note_regular(&self.places, layout);
            }
        }
    }
}

/// Reads columns 4 and 5; `None` is a missing one.
fn coordinates(record: &Record<'_>) -> Result<(Option<i64>, Option<i64>), Problem> {
    let read = |number, name, raw: &str| match number {
        Number::Known(n) => Ok(Some(n)),
        Number::Missing if raw.trim_matches(' ') == "." => Ok(None),
        _ => Err(Problem::not_a_number(name, raw.as_bytes())),
    };
    Ok((
        read(record.start(), "start", record.column(3))?,
        read(record.end(), "end", record.column(4))?,
    ))
}

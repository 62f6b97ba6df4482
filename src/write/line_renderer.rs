//! Records' lines as they were loaded: their layouts, their exact bytes, other names of sequences.

use std::{borrow::Cow, collections::HashMap, rc::Rc};

use rusqlite::{CachedStatement, Connection};

use crate::{
    db::layouts::Layouts,
    gff::{Attributes, Columns, FIELDS, Layout, Part, Syntax, decode, find, listed, render_line},
    query::{Row, Sequences},
};

/// How many keys are looked through one by one: nearly all records have fewer.
const FEW: usize = 32;

/// A key and its values.
pub(super) type Pair<'r> = (Cow<'r, str>, Vec<Cow<'r, str>>);

/// Spells records' lines.
pub struct LineRenderer<'d> {
    layouts: Layouts<'d>,
    /// Where any record has exact bytes.
    verbatim: Option<CachedStatement<'d>>,
    exact: Vec<(usize, Vec<u8>)>,
    sequences: Rc<Sequences>,
}

impl<'d> LineRenderer<'d> {
    /// Begins with the records of a database.
    pub fn new(connection: &'d Connection, sequences: Rc<Sequences>) -> rusqlite::Result<Self> {
        let any: bool =
            connection.query_row("SELECT EXISTS (SELECT 1 FROM _verbatim)", [], |row| {
                row.get(0)
            })?;
        let verbatim = match any {
            true => Some(
                connection
                    .prepare_cached("SELECT field, bytes FROM _verbatim WHERE record_id = ?1")?,
            ),
            false => None,
        };
        Ok(Self {
            layouts: Layouts::new(connection)?,
            verbatim,
            exact: Vec::new(),
            sequences,
        })
    }

    /// Returns the name that a record's sequence is shown under.
    pub fn seqid<'r>(&'r self, row: &Row<'r>) -> Option<&'r str> {
        row.seqid().map(|seqid| self.sequences.shown(seqid))
    }

    /// Returns the sequences.
    pub fn sequences(&self) -> &Rc<Sequences> {
        &self.sequences
    }

    /// Returns the syntax of a record's ninth column.
    pub fn syntax(&mut self, row: &Row<'_>) -> rusqlite::Result<Syntax> {
        let layout = self.layout(row)?;
        let hole = layout
            .as_ref()
            .and_then(|layout| layout.parts.as_ref())
            .and_then(|parts| {
                parts.iter().find_map(|part| match part {
                    Part::Hole { before, .. } => Some(before),
                    _ => None,
                })
            });
        Ok(match hole {
            Some(before) if before.contains('=') => Syntax::Gff3,
            Some(_) => Syntax::Gtf,
            // The plain order has `ID=` in front.
            None if row.id().is_some() || row.parent().is_some() => Syntax::Gff3,
            None => row.attributes().map_or(Syntax::Gff3, Syntax::of),
        })
    }

    /// Returns the layout of a record.
    fn layout(&mut self, row: &Row<'_>) -> rusqlite::Result<Option<Rc<Layout>>> {
        match row.layout() {
            Some(id) => self.layouts.get(id),
            None => Ok(None),
        }
        // An answer has nine columns, whatever its file had.
        .map(|layout| match layout {
            Some(layout) if layout.columns != 9 => Some(Rc::new(Layout {
                columns: 9,
                ..(*layout).clone()
            })),
            layout => layout,
        })
    }

    /// Writes a record's line as it was loaded, without a line end; `ninth` stands in the place of its
    /// ninth column where it is given.
    pub fn line(
        &mut self,
        row: &Row<'_>,
        ninth: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        self.exact.clear();
        if let Some(statement) = &mut self.verbatim {
            let mut rows = statement.query([row.record_id()])?;
            while let Some(field) = rows.next()? {
                let name = field.get_ref(0)?.as_str().unwrap_or_default();
                if let Some(column) = FIELDS.iter().position(|f| *f == name) {
                    self.exact.push((column, field.get(1)?));
                }
            }
        }
        let layout = self.layout(row)?;
        let stored = row.seqid();
        let shown = stored.map(|seqid| self.sequences.shown(seqid));
        let renamed = shown != stored;
        let columns = Columns {
            seqid: shown,
            source: row.source(),
            ty: row.ty(),
            start: row.start(),
            end: row.end(),
            score: row.score(),
            strand: row.strand(),
            phase: row.phase(),
            promoted: |place| row.promoted(place),
            attributes: row.attributes(),
        };
        let exact = |column| match (column, ninth) {
            (8, Some(ninth)) => Some(ninth),
            (9, _) => None,
            (0, _) if renamed => None,
            (column, _) if row.is_other(column) => None,
            _ => self
                .exact
                .iter()
                .find(|(c, _)| *c == column)
                .map(|(_, bytes)| bytes.as_slice()),
        };
        render_line(&columns, row.promoted_keys(), layout.as_deref(), exact, out);
        Ok(())
    }

    /// Returns the attributes of a record's ninth column, decoded, promoted ones first: keys and values.
    pub(super) fn attributes<'r>(
        &mut self,
        row: &Row<'r>,
        syntax: Syntax,
    ) -> rusqlite::Result<Vec<Pair<'r>>> {
        let mut all: Vec<Pair<'r>> = Vec::new();
        // Where keys after the first few stand.
        let mut places: HashMap<Cow<'r, str>, usize> = HashMap::new();
        let rest = row.attributes().unwrap_or_default();
        for (place, key) in row.promoted_keys().iter().enumerate() {
            // Where the key is in the rest too, that is how it was written.
            let is_in_rest = || rest.contains(key.as_str()) && find(rest, key).next().is_some();
            let Some(value) = row.promoted(place).filter(|_| !is_in_rest()) else {
                continue;
            };
            let values = match syntax {
                Syntax::Gff3 if value.contains(',') => self.listed(row, key, value)?,
                _ => vec![Cow::Borrowed(value)],
            };
            let key = Cow::Borrowed(key.as_str());
            if all.len() >= FEW {
                places.insert(key.clone(), all.len());
            }
            all.push((key, values));
        }
        for attribute in Attributes::with_syntax(rest, syntax) {
            if attribute.key.is_empty() {
                continue;
            }
            let key = match syntax {
                Syntax::Gff3 => decode(attribute.key),
                Syntax::Gtf => Cow::Borrowed(attribute.key),
            };
            let values = attribute.values();
            let few = all.len().min(FEW);
            let place = match all[..few].iter().position(|(k, _)| *k == key) {
                None if all.len() > FEW => places.get(&key).copied(),
                place => place,
            };
            match place {
                Some(place) => all[place].1.extend(values),
                None => {
                    if all.len() >= FEW {
                        places.insert(key.clone(), all.len());
                    }
                    all.push((key, values.collect()));
                }
            }
        }
        Ok(all)
    }

    /// Tells whether a record's ninth column is nothing but its name, as AUGUSTUS has it in GTF for genes and
    /// transcripts.
    pub(super) fn is_bare(&mut self, row: &Row<'_>) -> rusqlite::Result<bool> {
        let (Some(id), None, Some(statement)) = (row.id(), row.attributes(), &mut self.verbatim)
        else {
            return Ok(false);
        };
        let mut rows = statement.query([row.record_id()])?;
        while let Some(field) = rows.next()? {
            if field.get_ref(0)?.as_str() == Ok("attributes") {
                let bytes = field.get_ref(1)?.as_bytes().unwrap_or_default();
                let text = std::str::from_utf8(bytes).unwrap_or_default();
                return Ok(text.trim_end_matches([';', ' ']) == id);
            }
        }
        Ok(false)
    }

    /// Returns the attributes of a record whose ninth column is nothing but its name: what is promoted.
    pub(super) fn bare<'r>(&self, row: &Row<'r>) -> Vec<Pair<'r>> {
        let keys = row.promoted_keys().iter().enumerate();
        keys.filter_map(|(place, key)| {
            let value = row.promoted(place)?;
            Some((Cow::Borrowed(key.as_str()), vec![Cow::Borrowed(value)]))
        })
        .collect()
    }

    /// Returns the single values of a promoted key.
    fn listed<'r>(
        &mut self,
        row: &Row<'r>,
        key: &str,
        value: &'r str,
    ) -> rusqlite::Result<Vec<Cow<'r, str>>> {
        let mut exact: Option<Vec<u8>> = None;
        if let Some(statement) = self.verbatim.as_mut().filter(|_| !row.is_other(8)) {
            let mut rows = statement.query([row.record_id()])?;
            while let Some(field) = rows.next()? {
                if field.get_ref(0)?.as_str() == Ok("attributes") {
                    exact = Some(field.get(1)?);
                }
            }
        }
        let exact = exact.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let layout = self.layout(row)?;
        let values = listed(
            value,
            key,
            exact.as_deref(),
            row.attributes(),
            layout.as_deref(),
        );
        Ok(values
            .into_iter()
            .map(|value| Cow::Owned(value.into_owned()))
            .collect())
    }
}

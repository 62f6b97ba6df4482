//! The proof: each line is rendered from what is stored of it, and what differs is kept byte for byte.

use super::{Row, RowBuilder, column};
use crate::{
    gff::{Columns, Compare, FIELDS, Record, render_field, render_line},
    load::{
        batch::{SideRow, Span, Value},
        index::RecordKeys,
        split::{ID, PARENT},
    },
};

impl RowBuilder {
    /// Renders the line from what is about to be stored, and keeps verbatim what differs. The keys of
    /// the indexes are taken on the way.
    ///
    /// Never inlined, nor is [`RowBuilder::add`]: benches/budget.rs counts their instructions by name.
    #[inline(never)]
    pub(super) fn prove(&mut self, record: &Record<'_>, first_cell: usize, row: &mut Row<'_, '_>) {
        let Row { rows, line, id } = row;
        let mut columns = Columns {
            seqid: None,
            source: None,
            ty: None,
            start: None,
            end: None,
            score: None,
            strand: None,
            phase: None,
            promoted: |place: usize| {
                self.promoted
                    .get(place)?
                    .as_ref()?
                    .text(line.block, &rows.arena)
            },
            attributes: None,
        };
        let names = self.promotion.names();
        let mut layout = None;
        for cell in &rows.cells[first_cell..] {
            let text = cell.value.text(line.block, &rows.arena);
            match (cell.column, cell.value) {
                (column::START, Value::Int(n)) => columns.start = Some(n),
                (column::END, Value::Int(n)) => columns.end = Some(n),
                (column::PHASE, Value::Int(n)) => columns.phase = Some(n),
                (column::LAYOUT, Value::Int(n)) => layout = self.layouts.get(n, names),
                (column::SCORE, Value::Real(n)) => columns.score = Some(n),
                (column::STRAND, _) => columns.strand = text,
                (column::ATTRIBUTES, _) => columns.attributes = text,
                (column::SEQID, _) => columns.seqid = text,
                (3, _) => columns.source = text,
                (4, _) => columns.ty = text,
                _ => {}
            }
        }
        if let Some(sorter) = &mut self.sorter {
            sorter.add(&RecordKeys {
                record: *id,
                ty: columns.ty,
                id: (columns.promoted)(ID),
                parent: (columns.promoted)(PARENT),
                seqid: columns.seqid,
                start: columns.start,
                end: columns.end,
            });
        }
        let mut whole = Compare::with(line.raw);
        render_line(&columns, names, layout, |_| None, &mut whole);
        if whole.is_same() {
            return;
        }
        // Fields of the raw bytes: a tab is a tab whatever the encoding.
        let mut verbatim = Vec::new();
        for (index, raw) in line.raw.split(|&b| b == b'\t').enumerate().take(9) {
            let mut field = Compare::with(raw);
            render_field(&columns, names, layout, index, &mut field);
            if !field.is_same() {
                verbatim.push((FIELDS[index], Span::of_slice(line.bytes, raw)));
            }
        }
        if record.columns() > 9 && layout.is_none_or(|layout| layout.columns == 9) {
            let rest = line.raw.splitn(10, |&b| b == b'\t').nth(9);
            verbatim.push(("rest", Span::of_slice(line.bytes, rest.unwrap_or_default())));
        }
        debug_assert!(!verbatim.is_empty(), "{record:?}");
        rows.small.extend(
            verbatim
                .into_iter()
                .map(|(field, bytes)| SideRow::Verbatim {
                    record: *id,
                    field,
                    bytes,
                }),
        );
    }
}

//! A dataset is the same wherever it is loaded: alone into a new database by one thread, or beside
//! others, compressed, in small transactions.

use super::{
    case::{Options, Packed, Source},
    failure::Checked,
    loads::Bench,
    rows::Rows,
};

/// Requires a dataset to be, row for row, what a plain load of its file into a new database makes.
pub fn is_as_loaded_alone(
    bench: &mut Bench,
    rows: &Rows,
    file: &Source,
    options: &Options,
) -> Checked {
    let plain = Options {
        promote: rows.promoted[2..].to_vec(),
        index: Vec::new(),
        values: options.values.clone(),
        all: options.all,
        skip_bad_lines: true,
        infer_gtf: options.infer_gtf,
        infer_gff3: options.infer_gff3,
        ..Options::default()
    };
    let source = Source {
        packed: Packed::Plain,
        ..file.clone()
    };
    let path = bench.load_beside("alone.sqlite", &[&source], &plain)?;
    let alone = Rows::read(&path)?;
    let (found, expected) = (text(rows, &file.dataset), text(&alone, &file.dataset));
    for (found, expected) in found.iter().zip(&expected) {
        super::failure::same("fresh", "a row", found, expected)?;
    }
    super::failure::same("fresh", "how many rows", &found.len(), &expected.len())
}

/// Returns all of a dataset as text, with what does not depend on what else is in the database.
fn text(rows: &Rows, dataset: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mine = rows
        .records
        .iter()
        .filter(|(_, row)| row.dataset() == dataset);
    let ids: Vec<i64> = mine.map(|(id, _)| *id).collect();
    let place = |id: i64| ids.iter().position(|other| *other == id);
    for (place, id) in ids.iter().enumerate() {
        let row = &rows.records[id];
        let mut columns = row.columns.clone();
        columns.remove("record_id");
        columns.remove("layout");
        all.push(format!("record {place} {columns:?}"));
        all.push(format!("  layout {:?}", rows.layout_of(row)));
        all.push(format!("  parents {:?}", rows.parents.get(id)));
        all.push(format!("  values {:?}", rows.values.get(id)));
        all.push(format!("  verbatim {:?}", rows.verbatim.get(id)));
        all.push(format!("  inferred {}", rows.inferred.contains(id)));
    }
    for line in rows
        .other_lines
        .iter()
        .filter(|line| line.dataset == dataset)
    {
        let before = line.before.map(place);
        all.push(format!(
            "{before:?} {:?}",
            (line.line, &line.kind, &line.text, &line.end)
        ));
    }
    let sequences = rows.sequences.iter().filter(|s| s.0 == dataset);
    all.extend(sequences.map(|s| format!("{s:?}")));
    let mut issues: Vec<_> = rows
        .issues
        .iter()
        .filter(|issue| issue.0 == dataset)
        .collect();
    issues.sort();
    all.extend(issues.into_iter().map(|issue| format!("{issue:?}")));
    for dataset in rows.datasets.iter().filter(|d| d.name == dataset) {
        let mut dataset = dataset.clone();
        dataset.first_record = 0;
        dataset.compression.clear();
        all.push(format!("{dataset:?}"));
    }
    all
}

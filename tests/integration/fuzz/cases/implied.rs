//! The genes, transcripts and other parents that a file implies, found slowly.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use gffdb::gff::joined;

use super::{
    case::Options,
    failure::{Checked, same},
    parsed::{self, Level, Parsed, Space, level},
    rows::{Row, Rows},
};

/// A record, as far as what is implied depends on it.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Part {
    id: i64,
    seqid: Option<String>,
    source: Option<String>,
    ty: String,
    start: Option<i64>,
    end: Option<i64>,
    strand: Option<String>,
    name: Option<String>,
    parent: Option<String>,
    parents: Vec<String>,
    gene: Option<String>,
}

/// What a dataset implies.
#[derive(Debug, Default)]
pub struct Implied {
    /// Records that get a name, and the gene that they are part of.
    pub named: HashMap<i64, (String, Option<String>)>,
    /// Records that are added, as text.
    added: BTreeSet<String>,
}

/// Finds what a dataset implies.
pub fn of(rows: &Rows, dataset: &str, parsed: &Parsed, options: &Options) -> Implied {
    let is_circle = |seqid: Option<&String>| {
        let mut of_name = rows.sequences.iter();
        of_name.any(|s| s.0 == dataset && Some(&s.1) == seqid && s.3)
    };
    // An end before the start is the first base, but on a circle.
    let extent = |record: &parsed::Record| match (record.start, record.stop) {
        (Some(start), Some(end)) if end < start && !is_circle(record.seqid.as_ref()) => {
            (Some(end), Some(start))
        }
        extent => extent,
    };
    let part = |(id, _): (i64, &Row), record: &parsed::Record| Part {
        id,
        seqid: record.seqid.clone(),
        source: record.source.clone(),
        ty: record.ty.clone().unwrap_or_default(),
        start: extent(record).0,
        end: extent(record).1,
        strand: record.strand.clone(),
        name: record.id.clone(),
        parent: record.parent.clone(),
        parents: record.parents.clone(),
        gene: joined(&record.ninth, "gene_id")
            .filter(|gene| !gene.is_empty())
            .map(|gene| gene.into_owned()),
    };
    let mut all: Vec<Part> = rows
        .of(dataset)
        .zip(&parsed.records)
        .map(|(row, record)| part(row, record))
        .collect();
    let wanted = |space: Space| -> BTreeSet<&String> {
        let of_space = parsed.wanted.iter().filter(|(other, _)| *other == space);
        of_space.map(|(_, name)| name).collect()
    };
    let (genes, transcripts) = (wanted(Space::Gene), wanted(Space::Transcript));
    // Parents of GFF3 are looked for among what the file has.
    let missing: Vec<&String> = wanted(Space::Id)
        .into_iter()
        .filter(|name| !all.iter().any(|p| p.name.as_ref() == Some(*name)))
        .collect();
    let mut implied = Implied::default();
    implied.name(&mut all, parsed, &transcripts, &genes);
    let file = all.len();
    if options.infer_gtf {
        let mut above: BTreeSet<String> = genes.into_iter().cloned().collect();
        above.extend(implied.named.values().filter_map(|(_, gene)| gene.clone()));
        for name in transcripts {
            let parts = |p: &Part| level(&p.ty) == Level::Part;
            let taken = |t: &Part| t.parent.is_some() || level(&t.ty) == Level::Transcript;
            let first_gene = |first: &Part| first.gene.clone();
            add(&mut all, file, name, "transcript", parts, taken, first_gene);
        }
        above.extend(all[file..].iter().filter_map(|t| t.parent.clone()));
        let with_transcripts = all.len();
        for name in above {
            let taken = |g: &Part| g.parent.is_none() && level(&g.ty) != Level::Transcript;
            add(
                &mut all,
                with_transcripts,
                &name,
                "gene",
                |_| true,
                taken,
                |_| None,
            );
        }
    }
    if options.infer_gff3 {
        let is_there = |name: &String| all.iter().any(|p| p.name.as_ref() == Some(name));
        let missing: Vec<&String> = missing.into_iter().filter(|name| !is_there(name)).collect();
        add_parents(&mut all, &missing, &rows.classes);
    }
    implied.added = all[file..]
        .iter()
        .map(|p| text(p, p.name.as_deref()))
        .collect();
    implied
}

/// Adds records above those that have a parent of this name, one a sequence and strand, where no
/// record of the first `before` has the name there and is `taken` for it.
fn add(
    all: &mut Vec<Part>,
    before: usize,
    name: &str,
    ty: &str,
    counts: impl Fn(&Part) -> bool,
    taken: impl Fn(&Part) -> bool,
    parent: impl Fn(&Part) -> Option<String>,
) {
    let children = all[..before].iter();
    let children = children.filter(|p| p.parent.as_deref() == Some(name) && counts(p));
    let mut new = Vec::new();
    for group in groups(children) {
        let first = group[0];
        let is_there = all[..before]
            .iter()
            .any(|p| p.name.as_deref() == Some(name) && p.seqid == first.seqid && taken(p));
        if !is_there {
            new.push(above(&group, name, ty, parent(first)));
        }
    }
    all.extend(new);
}

fn add_parents(all: &mut Vec<Part>, missing: &[&String], classes: &HashMap<String, String>) {
    let mut new = Vec::new();
    for name in missing {
        let children = all
            .iter()
            .filter(|p| p.parent.as_ref() == Some(*name) || p.parents.contains(name));
        for group in groups(children) {
            let classes: Vec<&str> = group
                .iter()
                .filter_map(|p| classes.get(&p.ty).map(String::as_str))
                .collect();
            let any = |of: &[&str]| classes.iter().any(|class| of.contains(class));
            let ty = if any(&["transcript"]) {
                "gene"
            } else if any(&["cds", "codon"]) {
                "mRNA"
            } else if any(&["exon", "utr", "intron"]) {
                "transcript"
            } else {
                continue;
            };
            new.push(above(&group, name, ty, None));
        }
    }
    all.extend(new);
}

/// Returns the parts of each sequence and strand.
fn groups<'p>(parts: impl Iterator<Item = &'p Part>) -> Vec<Vec<&'p Part>> {
    let mut groups: BTreeMap<_, Vec<&Part>> = BTreeMap::new();
    for part in parts {
        groups
            .entry((&part.seqid, &part.strand))
            .or_default()
            .push(part);
    }
    groups.into_values().collect()
}

fn above(group: &[&Part], name: &str, ty: &str, parent: Option<String>) -> Part {
    Part {
        id: i64::MAX,
        ty: ty.to_owned(),
        start: group.iter().filter_map(|p| p.start).min(),
        end: group.iter().filter_map(|p| p.end).max(),
        name: Some(name.to_owned()),
        parent,
        parents: Vec::new(),
        gene: None,
        ..group[0].clone()
    }
}

fn text(p: &Part, name: Option<&str>) -> String {
    format!(
        "{:?}",
        (
            &p.seqid, &p.source, &p.ty, p.start, p.end, &p.strand, name, &p.parent
        )
    )
}

impl Implied {
    /// Gives records their names whose ninth column is nothing else.
    fn name(
        &mut self,
        all: &mut [Part],
        parsed: &Parsed,
        transcripts: &BTreeSet<&String>,
        genes: &BTreeSet<&String>,
    ) {
        let name_of = |record: &parsed::Record| {
            let name = record.ninth.trim_end_matches([';', ' ']);
            record.bare.then(|| name.to_owned())
        };
        let bare: Vec<(usize, String)> = parsed
            .records
            .iter()
            .enumerate()
            .filter_map(|(place, record)| Some((place, name_of(record)?)))
            .collect();
        let is = |place: usize, of: Level, all: &[Part]| level(&all[place].ty) == of;
        let mut named = Vec::new();
        for (place, name) in &bare {
            if is(*place, Level::Transcript, all) && transcripts.contains(name) {
                let gene = all
                    .iter()
                    .find(|p| p.parent.as_ref() == Some(name) && p.seqid == all[*place].seqid)
                    .and_then(|first| first.gene.clone());
                named.push((*place, name.clone(), gene));
            }
        }
        let of_parts: BTreeSet<String> =
            named.iter().filter_map(|(.., gene)| gene.clone()).collect();
        for (place, name) in &bare {
            let is_gene = is(*place, Level::Gene, all);
            if is_gene && (genes.contains(name) || of_parts.contains(name)) {
                named.push((*place, name.clone(), None));
            }
        }
        for (place, name, gene) in named {
            let part = &mut all[place];
            (part.name, part.parent) = (Some(name.clone()), gene.clone());
            self.named.insert(part.id, (name, gene));
        }
    }

    /// Requires what is implied to be there, and nothing else to have been added.
    pub fn is_there(&self, rows: &Rows, dataset: &str) -> Checked {
        let part = |(id, row): (i64, &Row)| {
            let text = |column: &str| row.text(column).map(String::from);
            let part = Part {
                id,
                seqid: text("seqid"),
                source: text("source"),
                ty: text("type").unwrap_or_default(),
                start: row.number("start"),
                end: row.number("end"),
                strand: text("strand"),
                name: text("ID"),
                parent: text("Parent"),
                parents: Vec::new(),
                gene: None,
            };
            self::text(&part, part.name.as_deref())
        };
        let found: BTreeSet<String> = rows.added(dataset).map(part).collect();
        same("inferred", "records that were added", &found, &self.added)?;
        let count = rows.added(dataset).count();
        same("inferred", "how many", &count, &self.added.len())
    }
}

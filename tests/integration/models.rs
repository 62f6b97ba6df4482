//! Gene models, compared with what view `link` and sets of bases say of the same records.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use gffdb::{
    Loader,
    coords::Interval,
    model::{self, Transcript},
    query::Database,
};

use crate::{corpus, workdir::Workdir};

/// Transcripts that span more bases are not taken apart base by base.
const MOST_BASES: i64 = 100_000;

struct Record {
    dataset: String,
    seqid: Option<String>,
    class: Option<String>,
    bases: Option<Interval>,
    id: Option<String>,
    strand: Option<String>,
}

/// All records of a database, and who is part of whom.
struct All {
    records: BTreeMap<i64, Record>,
    children: HashMap<i64, Vec<i64>>,
    parents: HashMap<i64, Vec<i64>>,
    has_parent: BTreeSet<i64>,
}

impl All {
    fn read(database: &Database) -> rusqlite::Result<Self> {
        let connection = database.connection();
        let mut all = Self {
            records: BTreeMap::new(),
            children: HashMap::new(),
            parents: HashMap::new(),
            has_parent: BTreeSet::new(),
        };
        let mut statement = connection.prepare(
            "SELECT record_id, gff.dataset, gff.seqid, class, start, \"end\", ID, Parent IS NOT NULL,
                 CASE WHEN circular THEN length END, CASE WHEN strand IN ('+', '-') THEN strand END
             FROM gff LEFT JOIN type_class USING (type) LEFT JOIN sequence USING (dataset, seqid)",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (start, end): (Option<i64>, Option<i64>) = (row.get(4)?, row.get(5)?);
            let circle: Option<i64> = row.get(8)?;
            let bases = start.zip(end).and_then(|(start, end)| match circle {
                _ if start <= end => Interval::new(start, end),
                Some(length) => Interval::new(start, end + length),
                None => Interval::new(end, start),
            });
            let id: i64 = row.get(0)?;
            if row.get(7)? {
                all.has_parent.insert(id);
            }
            let record = Record {
                dataset: row.get(1)?,
                seqid: row.get(2)?,
                class: row.get(3)?,
                bases,
                id: row.get(6)?,
                strand: row.get(9)?,
            };
            all.records.insert(id, record);
        }
        let mut statement = connection.prepare("SELECT child, parent FROM link")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (child, parent): (i64, i64) = (row.get(0)?, row.get(1)?);
            all.children.entry(parent).or_default().push(child);
            all.parents.entry(child).or_default().push(parent);
        }
        for list in all.children.values_mut() {
            list.sort_unstable();
        }
        Ok(all)
    }

    fn class(&self, id: i64) -> &str {
        self.records[&id].class.as_deref().unwrap_or_default()
    }

    fn below(&self, id: i64) -> &[i64] {
        self.children.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Returns what a record is, one of no class too.
    fn role(&self, id: i64) -> &str {
        let class = self.class(id);
        if !class.is_empty() || self.records[&id].id.is_none() {
            return class;
        }
        let has = |classes: &[&str]| {
            self.below(id)
                .iter()
                .any(|c| classes.contains(&self.class(*c)))
        };
        let is_of_gene = || {
            let mut parents = self.parents.get(&id).into_iter().flatten();
            parents.any(|parent| self.class(*parent) == "gene")
        };
        let is_transcript =
            has(&["exon"]) || has(&["cds", "utr", "intron", "codon"]) && is_of_gene();
        if is_transcript { "transcript" } else { "" }
    }

    /// Returns the lines that are one feature with a record.
    fn feature(&self, id: i64) -> Vec<i64> {
        let own = &self.records[&id];
        let level = |class: &str| match class {
            "gene" => 0,
            "transcript" => 1,
            _ => 2,
        };
        if own.id.is_none() {
            return vec![id];
        }
        let is_one = |(other, record): (&i64, &Record)| {
            let same =
                (&record.dataset, &record.seqid, &record.id) == (&own.dataset, &own.seqid, &own.id);
            (same && level(self.class(*other)) == level(self.class(id))).then_some(*other)
        };
        self.records.iter().filter_map(is_one).collect()
    }

    fn is_first(&self, id: i64) -> bool {
        self.feature(id)[0] == id
    }

    /// Adds the transcripts below a record, each once.
    fn transcripts(&self, id: i64, found: &mut Vec<i64>) {
        for &child in self.below(id) {
            let is_one = self.role(child) == "transcript" && self.is_first(child);
            if is_one && !found.contains(&child) {
                found.push(child);
                self.transcripts(child, found);
            }
        }
    }

    /// Returns the bases of a record's parts of a class, on its sequence.
    fn parts(&self, id: i64, class: &str) -> Vec<Interval> {
        let own = &self.records[&id];
        let parts = self
            .below(id)
            .iter()
            .filter(|child| self.class(**child) == class && self.records[child].seqid == own.seqid);
        parts
            .filter_map(|child| self.records[child].bases)
            .collect()
    }

    /// Returns the genes, each with its transcripts.
    fn genes(&self) -> Vec<(Option<i64>, Vec<i64>)> {
        let mut genes = Vec::new();
        for &id in self.records.keys().filter(|id| self.is_first(**id)) {
            match self.role(id) {
                "gene" => {
                    let mut found = Vec::new();
                    self.transcripts(id, &mut found);
                    let has = |class| !self.parts(id, class).is_empty();
                    if has("exon") || has("cds") {
                        found.push(id);
                    }
                    genes.push((Some(id), found));
                }
                "transcript" => {
                    let mut parents = self.parents.get(&id).into_iter().flatten();
                    if !parents.any(|p| matches!(self.role(*p), "gene" | "transcript")) {
                        let mut found = vec![id];
                        self.transcripts(id, &mut found);
                        genes.push((None, found));
                    }
                }
                _ => {}
            }
        }
        for (_, transcripts) in &mut genes {
            transcripts.retain(|t| {
                self.feature(*t)
                    .iter()
                    .any(|l| self.records[l].bases.is_some())
            });
        }
        genes
    }

    /// Tells whether exons, CDS or UTRs of a transcript are on both strands.
    fn is_of_two_strands(&self, found: &Transcript) -> bool {
        let parts = self.below(found.record).iter();
        let parts = parts.filter(|c| matches!(self.class(**c), "exon" | "cds" | "utr"));
        let strands: BTreeSet<_> = parts
            .filter_map(|child| self.records[child].strand.as_deref())
            .collect();
        strands.len() > 1
    }

    /// Compares a transcript with its parts, base by base.
    fn compare(&self, found: &Transcript, what: &str) {
        let what = format!("{what}, record {}", found.record);
        let of = |class| self.parts(found.record, class);
        let set = |all: &[Interval]| -> BTreeSet<i64> {
            all.iter().flat_map(|part| part.first..=part.last).collect()
        };
        let (exon, cds, utr, codon) = (of("exon"), of("cds"), of("utr"), of("codon"));
        let all = [&exon[..], &cds, &utr, &codon].concat();
        let is_small = |part: &Interval| part.len() <= MOST_BASES;
        let hull = all
            .iter()
            .copied()
            .chain([found.bases])
            .reduce(Interval::hull);
        if !hull.as_ref().is_some_and(is_small) {
            return;
        }
        let exons = match (exon.is_empty(), cds.is_empty() && utr.is_empty()) {
            (false, _) => set(&exon),
            (true, false) => set(&[&cds[..], &utr].concat()),
            (true, true) => set(&[found.bases]),
        };
        assert_eq!(set(&found.exons), exons, "exons of {what}");
        assert!(found.exons.is_sorted(), "exons of {what}");
        if !exon.is_empty() {
            assert_eq!(found.exons.len(), exon.len(), "exons of {what}");
        }
        let (first, last) = (exons.first().copied(), exons.last().copied());
        let mut between: BTreeSet<i64> = (first.unwrap_or(0)..=last.unwrap_or(-1))
            .filter(|base| !exons.contains(base))
            .collect();
        let introns: Vec<Interval> = found.introns.iter().map(|i| i.bases).collect();
        if self.is_of_two_strands(found) {
            // Those are left out that have a strand on one side and the other on the other.
            assert!(introns.len() < between.len(), "introns of {what}");
            between.retain(|base| introns.iter().any(|i| (i.first..=i.last).contains(base)));
        }
        assert_eq!(set(&introns), between, "introns of {what}");
        assert!(
            introns.windows(2).all(|w| w[0].last + 1 < w[1].first),
            "introns of {what}"
        );
        let mut coding: Vec<Interval> = found.cds.iter().map(|part| part.bases).collect();
        if found.strand == Some('-') {
            assert!(
                coding.iter().rev().is_sorted_by_key(|c| c.last),
                "CDS of {what}"
            );
        } else if found.strand == Some('+') {
            assert!(coding.is_sorted_by_key(|c| c.first), "CDS of {what}");
        }
        coding.sort_unstable();
        let mut expected = cds.clone();
        expected.sort_unstable();
        assert_eq!(coding, expected, "CDS of {what}");
        let utrs: Vec<Interval> = found.utrs.iter().map(|utr| utr.bases).collect();
        let outside = match (utr.is_empty(), cds.is_empty()) {
            (false, _) => set(&utr),
            (true, true) => BTreeSet::new(),
            (true, false) => {
                let coding = set(&[&cds[..], &codon].concat());
                let is_outside =
                    |base: &i64| Some(base) < coding.first() || Some(base) > coding.last();
                exons.into_iter().filter(is_outside).collect()
            }
        };
        assert_eq!(set(&utrs), outside, "UTRs of {what}");
    }
}

#[test]
fn models_are_those_of_links_and_of_sets_of_bases() {
    let (mut files, mut genes, mut transcripts) = (0, 0, 0);
    for (path, _) in corpus::files() {
        let size = std::fs::metadata(&path).expect("a file").len();
        if size > 400_000 {
            continue;
        }
        let work = Workdir::new();
        let target = work.path("a.sqlite");
        let mut loader = Loader::new(&target);
        if loader.skip_bad_lines(true).load(&[&path]).is_err() {
            continue;
        }
        let database = Database::open(&target).expect("a database");
        let all = All::read(&database).expect("records");
        // What is on a circle is laid out along its transcript.
        let is_round = "SELECT 1 FROM sequence WHERE circular";
        let is_round = database
            .connection()
            .prepare(is_round)
            .and_then(|mut s| s.exists([]));
        if all.records.len() > 4_000 || is_round.expect("an answer") {
            continue;
        }
        let name = path.display().to_string();
        let mut found = Vec::new();
        let mut of_transcripts = Vec::new();
        model::each_gene(database.connection(), |gene| {
            found.push((
                gene.record,
                gene.transcripts.iter().map(|t| t.record).collect(),
            ));
            of_transcripts.extend(gene.transcripts);
            Ok(())
        })
        .expect("models");
        assert_eq!(found, all.genes(), "{name}");
        of_transcripts
            .iter()
            .for_each(|transcript| all.compare(transcript, &name));
        files += 1;
        genes += found.len();
        transcripts += of_transcripts.len();
    }
    println!("{files} files, {genes} genes, {transcripts} transcripts");
    assert!(
        files > 3 && transcripts > 20,
        "{files} files, {transcripts} transcripts"
    );
}

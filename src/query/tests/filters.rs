//! Every filter and every relative, alone and together, against a scan of all records.

use super::{
    relatives::{ALL, expected},
    scan::{All, all, rest},
    *,
};
use crate::db::functions::NAME_KEYS;

type Keep = Box<dyn Fn(&All, &Feature) -> bool>;

/// A question, in words, for the library, and for the scan.
struct Asked<'d> {
    words: Vec<String>,
    query: Query<'d>,
    keep: Vec<Keep>,
}

impl Asked<'_> {
    fn add(
        &mut self,
        words: String,
        keep: impl Fn(&All, &Feature) -> bool + 'static,
        change: impl FnOnce(Query<'_>) -> Query<'_>,
    ) {
        self.words.push(words);
        self.keep.push(Box::new(keep));
        self.query = change(self.query.clone());
    }
}

/// The kinds of filter.
const KINDS: [&str; 12] = [
    "region", "id", "name", "name?", "type", "class", "source", "strand", "dataset", "attr",
    "where", "limit",
];

/// Returns the texts that a record has under a key, whether it is promoted or not.
fn texts(all: &All, f: &Feature, key: &str) -> Vec<String> {
    let plain = &all.plain[&f.record_id];
    match (rest(plain, key), plain.attribute(key)) {
        (texts, Some(parents)) if key == "Parent" && texts.is_empty() => {
            parents.split(',').map(String::from).collect()
        }
        // What `ID` or `Parent` holds.
        (texts, Some(text)) if texts.is_empty() => vec![text],
        (texts, _) => texts,
    }
}

fn names(all: &All, f: &Feature) -> Vec<String> {
    NAME_KEYS
        .iter()
        .flat_map(|key| texts(all, f, key))
        .filter(|name| !name.is_empty())
        .collect()
}

/// Returns the keys of a record, columns among them.
fn keys(all: &All, f: &Feature) -> Vec<String> {
    let mut keys: Vec<String> = all.promoted.clone();
    keys.retain(|key| f.attribute(key).is_some());
    let text = f.attributes.clone().unwrap_or_default();
    let simple = regex::Regex::new(r#"(?:^|;)\s*([A-Za-z_]+)[= ]"#).expect("a pattern");
    keys.extend(simple.captures_iter(&text).map(|c| c[1].to_owned()));
    keys.retain(|key| !texts(all, f, key).is_empty());
    keys
}

fn draw<T: Clone>(random: &mut Random, from: &[T]) -> Option<T> {
    (!from.is_empty()).then(|| from[random.below(from.len() as i64) as usize].clone())
}

/// Adds a filter of a kind that record `f` passes, where the record has what the kind is about.
fn narrow(asked: &mut Asked<'_>, all: &All, f: &Feature, kind: &str, random: &mut Random) {
    match kind {
        "region" => {
            let (Some(seqid), Some(start), Some(end)) = (f.seqid.clone(), f.start, f.end) else {
                return;
            };
            let mode = [Mode::Overlap, Mode::Within, Mode::Contains][random.below(3) as usize];
            let circles: Vec<_> = all.circles.iter().filter(|c| c.seqid == seqid).collect();
            let shortest = circles.iter().map(|c| c.length).min();
            let wide = random.below(3000);
            let (first, last) = match mode {
                Mode::Overlap => (start - wide, start + random.below(50)),
                Mode::Within => (start - wide, end + wide),
                Mode::Contains => (start, start + random.below(end - start + 1)),
            };
            let first = first.max(1);
            let last = last
                .max(first)
                .min(shortest.map_or(i64::MAX, |length| first + length - 1));
            let text = format!("{{{seqid}}}:{first}-{last}");
            asked.add(
                format!("{mode:?} {text}"),
                move |all, f| {
                    f.seqid.as_ref() == Some(&seqid)
                        && matches!((f.start, f.end), (Some(a), Some(b))
                            if is_hit(mode, (a, b), (first, last), circle(&all.circles, f)))
                },
                |query| query.mode(mode).region(&text).expect("a region"),
            );
        }
        "id" => {
            let Some(id) = f.id().map(str::to_owned) else {
                return;
            };
            let ids = vec![id.clone(), String::from("no such ID")];
            asked.add(
                format!("ID {id}"),
                move |_, f| f.id() == Some(&id),
                |query| query.ids(ids),
            );
        }
        "name" | "name?" => {
            let Some(name) = draw(random, &names(all, f)) else {
                return;
            };
            let how = match kind {
                "name" => NameMatch::default(),
                _ => NameMatch {
                    ignore_case: random.below(2) == 0,
                    glob: random.below(2) == 0,
                },
            };
            let half = name.chars().count() / 2;
            let given: String = match (how.glob, how.ignore_case) {
                (true, _) => name.chars().take(half).chain(['*']).collect(),
                (_, true) => name.to_uppercase(),
                _ => name,
            };
            // A name may itself hold what a pattern is made of; then it is not the scan's to say.
            if given.trim_end_matches('*').contains(['*', '?', '[']) || !given.is_ascii() {
                return;
            }
            let asked_for = given.clone();
            asked.add(
                format!("{how:?} {given}"),
                move |all, f| {
                    let fold = |text: &str| match how.ignore_case {
                        true => text.to_ascii_lowercase(),
                        false => text.to_owned(),
                    };
                    names(all, f).iter().any(|name| match how.glob {
                        true => fold(name).starts_with(&fold(given.trim_end_matches('*'))),
                        false => fold(name) == fold(&given),
                    })
                },
                |query| query.names([asked_for]).name_match(how),
            );
        }
        "type" | "class" => {
            let Some(ty) = f.ty.clone() else { return };
            let class = all.classes.get(&ty).cloned();
            let word = match class {
                Some(class) if kind == "class" => class,
                _ => ty.clone(),
            };
            let is_type = all.features.iter().any(|f| f.ty.as_ref() == Some(&word));
            let prefix = kind == "class" && word != ty && random.below(2) == 0;
            let asked_for = match prefix {
                true => format!("class:{word}"),
                false => word.clone(),
            };
            asked.add(
                format!("type {asked_for}"),
                move |all, f| {
                    let class = f.ty.as_ref().and_then(|ty| all.classes.get(ty));
                    match is_type && !prefix {
                        true => f.ty.as_ref() == Some(&word),
                        false => class == Some(&word),
                    }
                },
                |query| query.types([asked_for]),
            );
        }
        "source" => {
            let Some(source) = f.source.clone() else {
                return;
            };
            let sources = vec![source.clone(), String::from("no such source")];
            asked.add(
                format!("source {source}"),
                move |_, f| f.source.as_ref() == Some(&source),
                |query| query.sources(sources),
            );
        }
        "strand" => {
            let strand = f.strand.clone().unwrap_or_else(|| String::from("."));
            let strands = vec![strand.clone(), String::from("?")];
            asked.add(
                format!("strand {strand}"),
                move |_, f| {
                    let own = f.strand.as_deref().unwrap_or(".");
                    own == strand || own == "?"
                },
                |query| query.strands(strands),
            );
        }
        "dataset" => {
            let dataset = f.dataset.clone();
            let datasets = [dataset.clone()];
            asked.add(
                format!("dataset {dataset}"),
                move |_, f| f.dataset == dataset,
                |query| query.datasets(datasets),
            );
        }
        "attr" => {
            let Some(key) = draw(random, &keys(all, f)) else {
                return;
            };
            let values = texts(all, f, &key);
            let Some(value) = draw(random, &values) else {
                return;
            };
            let form = random.below(3);
            let start: String = value.chars().take(4).collect();
            let text = match form {
                0 => key.clone(),
                1 => format!("{key}={value}"),
                _ => format!("{key}~{}", regex::escape(&start)),
            };
            let attr = Attr::parse(&text).expect("a condition");
            asked.add(
                format!("attr {text}"),
                move |all, f| {
                    let mut values = texts(all, f, &key).into_iter();
                    match form {
                        0 => values.next().is_some(),
                        1 => values.any(|v| v == value),
                        _ => values.any(|v| v.contains(&start)),
                    }
                },
                |query| query.attr(attr),
            );
        }
        "where" => {
            let long = f.end.unwrap_or(0) - f.start.unwrap_or(0);
            type Condition = (String, Keep);
            let conditions: [Condition; 4] = [
                (
                    format!("\"end\" - start >= {long}"),
                    Box::new(move |_, f| f.end.zip(f.start).is_some_and(|(e, s)| e - s >= long)),
                ),
                (
                    String::from("Parent IS NULL OR phase IN (1, 2)"),
                    Box::new(|_, f| f.parent().is_none() || matches!(f.phase, Some(1 | 2))),
                ),
                (
                    String::from("coalesce(score, 1) > 0.5 -- a comment"),
                    Box::new(|_, f| f.score.unwrap_or(1.0) > 0.5),
                ),
                (
                    String::from("source GLOB '*a*' AND NOT type = 'gene'"),
                    Box::new(|_, f| {
                        f.source.as_ref().is_some_and(|s| s.contains('a'))
                            && f.ty.as_ref().is_some_and(|ty| ty != "gene")
                    }),
                ),
            ];
            let at = random.below(4) as usize;
            let (text, keep) = conditions.into_iter().nth(at).expect("one of four");
            let sql = text.clone();
            asked.add(text, keep, |query| query.expression(&sql).expect("valid"));
        }
        _ => {}
    }
}

/// Asks random questions of a database, each with every relative.
fn compare(made: &Made, plain: &Made, rounds: usize) -> Result<[usize; KINDS.len()]> {
    let database = &made.database;
    let all = all(database, &plain.database)?;
    let mut random = Random(rounds as u64 + all.features.len() as u64);
    let mut used = [0; KINDS.len()];
    for round in 0..rounds {
        let Some(f) = draw(&mut random, &all.features) else {
            break;
        };
        let mut asked = Asked {
            words: Vec::new(),
            query: database.query(),
            keep: Vec::new(),
        };
        // Each kind alone, then several together.
        let more = if round < KINDS.len() {
            0
        } else {
            1 + random.below(3)
        };
        let mut kinds = vec![round % KINDS.len()];
        kinds.extend((0..more).map(|_| random.below(KINDS.len() as i64) as usize));
        kinds.sort_unstable();
        kinds.dedup();
        // Names, and types and classes, are alternatives of one filter: one of each kind.
        for (one, other) in [(2, 3), (4, 5)] {
            if kinds.contains(&one) {
                kinds.retain(|&kind| kind != other);
            }
        }
        for &kind in &kinds {
            let before = asked.words.len();
            narrow(&mut asked, &all, &f, KINDS[kind], &mut random);
            used[kind] += asked.words.len() - before;
        }
        let passes = |f: &&Feature| asked.keep.iter().all(|keep| keep(&all, f));
        let mut chosen: Vec<i64> = all
            .features
            .iter()
            .filter(passes)
            .map(|f| f.record_id)
            .collect();
        if kinds.contains(&(KINDS.len() - 1)) {
            let limit = random.below(6);
            asked.words.push(format!("limit {limit}"));
            asked.query = asked.query.limit(limit as u64);
            chosen.truncate(limit as usize);
            used[KINDS.len() - 1] += 1;
        }
        // Of very many records, one relative at random.
        let one = [ALL[random.below(ALL.len() as i64) as usize]];
        let relatives = if chosen.len() > 300 { &one[..] } else { &ALL };
        for &with in relatives {
            let query = asked.query.clone().with(with);
            let words = format!(
                "{} {:?} with {with:?}",
                database.path().display(),
                asked.words
            );
            let found = records(&query);
            assert_eq!(found, expected(&all.links, &chosen, with), "{words}");
            assert_eq!(query.count()?, found.len() as u64, "{words}");
        }
        // A limit is one of what is drawn.
        if !kinds.contains(&(KINDS.len() - 1)) {
            let count = random.below(5);
            let drawn = records(&asked.query.clone().sample(count as u64, 9));
            let words = &asked.words;
            assert_eq!(drawn.len(), chosen.len().min(count as usize), "{words:?}");
            assert!(
                drawn.iter().all(|record| chosen.contains(record)),
                "{words:?}"
            );
        }
    }
    Ok(used)
}

#[test]
fn filters_and_relatives_choose_what_a_scan_chooses() -> Result<()> {
    let mut used = [0; KINDS.len()];
    let mut add = |more: [usize; KINDS.len()]| {
        used.iter_mut()
            .zip(more)
            .for_each(|(sum, more)| *sum += more);
    };
    add(compare(&demo(), &demo(), 120)?);
    add(compare(&odd(&[]), &odd(&[]), 240)?);
    add(compare(
        &odd(&["Name", "Alias", "Note", "gene_id"]),
        &odd(&[]),
        240,
    )?);
    for made in corpus().iter().chain([&handmade()]) {
        let is_small = made.database.query().count()? < 5000;
        add(compare(
            made,
            made,
            if is_small { 36 } else { KINDS.len() },
        )?);
    }
    for (kind, used) in KINDS.iter().zip(used) {
        assert!(used > 20, "{kind}: {used}");
    }
    Ok(())
}

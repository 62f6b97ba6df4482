//! What was asked for by name, what of it is there, and what is said of the rest.

use std::{collections::HashSet, io::Read, path::Path};

use gffdb::{
    Error,
    input::{Input, Options},
    query::{
        Attr, Database, Mode, NameMatch, Query, ResolvedRegions, nearest::nearest, read_targets,
    },
};
use indicatif::HumanCount;

use crate::{args::Filters, messages};

/// At most so many names are listed; more would hide the message.
const FEW: usize = 20;

/// How filters become part of a query.
#[derive(Clone, Copy, Debug, Default)]
pub struct How {
    /// The regions of a file are answered one by one, later.
    pub regions_later: bool,
    /// The statement is shown and not run, so that no names are looked for.
    pub only_shown: bool,
}

/// What was not found, as it is to be said.
#[derive(Default)]
pub struct Found {
    notes: Vec<String>,
    /// What else is worth knowing.
    hints: Vec<String>,
}

impl Found {
    /// Tells whether all that was asked for is there.
    pub fn all(&self) -> bool {
        self.notes.is_empty()
    }

    /// Says what is not there.
    pub fn tell(&self) {
        let all = self.notes.iter().chain(&self.hints);
        all.for_each(|note| messages::note(note));
    }

    /// Notes what was asked for and is not there.
    pub fn not_there(&mut self, note: String) {
        self.notes.push(note);
    }

    /// Notes what else is worth knowing.
    pub fn hint(&mut self, hint: String) {
        self.hints.push(hint);
    }

    /// Adds filters to a query, and notes what of them is not there.
    pub fn filter<'d>(
        &mut self,
        filters: &Filters,
        how: How,
        database: &'d Database,
        query: Query<'d>,
    ) -> Result<Query<'d>, Error> {
        let names = names(filters)?;
        let mut query = query
            .mode(match filters.mode.as_str() {
                "within" => Mode::Within,
                "contains" => Mode::Contains,
                _ => Mode::Overlap,
            })
            .types(&filters.types)
            .sources(&filters.source)
            .strands(&filters.strand)
            .datasets(&filters.dataset)
            .names(&names)
            .name_match(NameMatch {
                ignore_case: filters.ignore_case,
                glob: filters.glob,
            });
        for attr in &filters.attr {
            query = query.attr(Attr::parse(attr)?);
        }
        for expression in &filters.expressions {
            query = query.expression(expression)?;
        }
        query = self.places(filters, how, database, query)?;
        query = self.ids(filters, database, query)?;
        if !how.only_shown {
            self.names(&names, &query)?;
        }
        Ok(query)
    }

    /// Adds the regions to a query, but for the file's where they are answered one by one.
    fn places<'d>(
        &mut self,
        args: &Filters,
        how: How,
        database: &'d Database,
        mut query: Query<'d>,
    ) -> Result<Query<'d>, Error> {
        let mut unknown = Vec::new();
        for text in &args.region {
            let regions = match database.regions(text)? {
                Ok(regions) => regions,
                Err(name) => {
                    unknown.push(name);
                    Vec::new()
                }
            };
            query = query.regions(regions);
        }
        self.sequences(database, &unknown, None)?;
        let Some(file) = &args.regions_file else {
            return Ok(query);
        };
        if how.regions_later {
            return Ok(query);
        }
        let mut named = ResolvedRegions::default();
        read_targets(file, &mut |target| named.add(database, &target).map(drop))?;
        self.regions_file(file, database, &named)?;
        Ok(query.targets(named.targets))
    }

    /// Notes the sequences of a file's regions that are not there.
    pub fn regions_file(
        &mut self,
        file: &Path,
        database: &Database,
        named: &ResolvedRegions,
    ) -> Result<(), Error> {
        if named.count == 0 {
            self.notes.push(format!("no regions in {}", file.display()));
        }
        let mut unknown: Vec<String> = named.unknown.keys().cloned().collect();
        unknown.sort_unstable();
        let regions = named.unknown.values().sum();
        self.sequences(database, &unknown, Some(regions))
    }

    fn sequences(
        &mut self,
        database: &Database,
        unknown: &[String],
        regions: Option<u64>,
    ) -> Result<(), Error> {
        if unknown.is_empty() {
            return Ok(());
        }
        let known = database.sequences()?;
        let near = |name: &String| match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("{name} (did you mean {near}?)"),
            None => name.clone(),
        };
        let few: Vec<String> = unknown.iter().take(FEW).map(near).collect();
        let more = unknown.len() - few.len();
        let list = and_more(few.join(", "), more);
        self.notes.push(match regions {
            Some(regions) => format!(
                "{} regions are on sequences that the database does not have: {list}",
                HumanCount(regions)
            ),
            None => format!("the database does not have the sequence {list}"),
        });
        Ok(())
    }

    /// Adds the IDs to a query.
    fn ids<'d>(
        &mut self,
        args: &Filters,
        database: &'d Database,
        query: Query<'d>,
    ) -> Result<Query<'d>, Error> {
        if args.id.is_empty() && args.ids_file.is_none() {
            return Ok(query);
        }
        let mut ids = args.id.clone();
        if let Some(file) = &args.ids_file {
            ids.extend(lines(file)?);
        }
        let asked = database.find_ids(&ids, args.loose_ids)?;
        self.missing("IDs", asked.count, &asked.missing);
        if !args.loose_ids {
            self.looser(database, &asked.missing)?;
        }
        Ok(query.ids(asked.ids))
    }

    /// Hints at IDs that differ in a prefix or a version only.
    fn looser(&mut self, database: &Database, missing: &[String]) -> Result<(), Error> {
        let mut near = Vec::new();
        for id in missing.iter().take(FEW) {
            let found = database.find_ids(std::slice::from_ref(id), true)?;
            if !found.ids.is_empty() {
                near.push(format!("{} for {id}", found.ids.join(", ")));
            }
        }
        if !near.is_empty() {
            self.hints
                .push(format!("--loose-ids finds {}", near.join("; ")));
        }
        Ok(())
    }

    /// Notes the names that a query does not find.
    fn names(&mut self, names: &[String], query: &Query<'_>) -> Result<(), Error> {
        let missing = query.missing_names(names)?;
        self.missing("names", names.len(), &missing);
        // Each is a search of all records.
        if let [name] = missing.as_slice()
            && query.has_name_in_other_case(name)?
        {
            self.hints.push(format!("--ignore-case finds {name}"));
        }
        Ok(())
    }

    /// Notes the sources that no record has. That is told where there is no record at all: to look for them
    /// costs more than most answers.
    pub fn sources(&mut self, sources: &[String], database: &Database) -> Result<(), Error> {
        if sources.is_empty() {
            return Ok(());
        }
        let known = database.sources()?;
        for source in sources.iter().filter(|source| !known.contains(source)) {
            let near = match nearest(source, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there are {}", some(&known)),
            };
            self.notes
                .push(format!("no record has the source {source}; {near}"));
        }
        Ok(())
    }

    fn missing(&mut self, what: &str, count: usize, missing: &[String]) {
        if !missing.is_empty() {
            self.notes.push(format!(
                "{what}: {} asked, {} found; not found: {}",
                HumanCount(count as u64),
                HumanCount((count - missing.len()) as u64),
                some(missing)
            ));
        }
    }
}

/// Returns the first names, and how many more there are.
pub fn some(names: &[String]) -> String {
    let few = &names[..names.len().min(FEW)];
    and_more(few.join(", "), names.len() - few.len())
}

fn and_more(list: String, more: usize) -> String {
    match more {
        0 => list,
        more => format!("{list} and {} more", HumanCount(more as u64)),
    }
}

/// Returns the names that are asked for, each once.
fn names(args: &Filters) -> Result<Vec<String>, Error> {
    let mut names = args.name.clone();
    if let Some(file) = &args.names_file {
        names.extend(lines(file)?);
    }
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    Ok(names)
}

/// Returns the lines of a list, but for comments and blank ones.
fn lines(path: &Path) -> Result<Vec<String>, Error> {
    let mut text = Vec::new();
    Input::open(path, &Options::default())?
        .read_to_end(&mut text)
        .map_err(|e| Error::io(path, "read", e))?;
    let text = String::from_utf8_lossy(&text);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

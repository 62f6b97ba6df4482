//! The distinct layouts of a database, and their identifiers.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use crate::gff::Layout;

/// How many layouts are told apart; lines beyond are kept verbatim, so that memory stays flat.
const MOST_LAYOUTS: usize = 65_536;

/// The bytes of their texts, and what each takes beside: a file whose lines have hundreds of keys in an
/// order of their own has no more. It does not follow the limit of the load, so that the same file
/// makes the same database whatever that is.
const MOST_TEXT: usize = 4 << 20;

/// What a layout takes beside its text.
const OVERHEAD: usize = size_of::<Known>() + 16;

/// The bytes of layouts that stay parsed, which take ten times as much as their text.
const MOST_PARSED: usize = 4 << 20;

/// Layouts by text and by identifier.
#[derive(Debug, Default)]
pub struct Layouts {
    hasher: DefaultHashBuilder,
    known: Vec<Known>,
    /// Places in `known`, by the texts.
    by_text: HashTable<u32>,
    /// Those that are nothing but promoted keys, by the places of these.
    by_places: HashTable<u32>,
    /// Layouts that the database had, by their identifiers.
    earlier: HashMap<i64, u32>,
    /// What `known` takes.
    text_bytes: usize,
    /// What the parsed ones take.
    parsed_bytes: usize,
    last_id: i64,
}

/// A layout that is to be stored.
#[derive(Clone, Debug)]
pub struct NewLayout {
    /// Its identifier.
    pub id: i64,
    /// The text of the columns' part.
    pub columns: String,
    /// The text of column 9.
    pub attributes: Option<String>,
}

/// A layout that is told apart.
#[derive(Debug)]
struct Known {
    id: i64,
    columns: Box<str>,
    attributes: Option<Box<str>>,
    /// The places of its promoted keys, where it has nothing else.
    places: Option<Box<[usize]>>,
    parsed: Option<Box<Layout>>,
}

impl Known {
    fn is(&self, columns: &str, attributes: Option<&str>) -> bool {
        *self.columns == *columns && self.attributes.as_deref() == attributes
    }
}

impl Layouts {
    /// Adds a layout that the database has.
    pub fn insert(&mut self, id: i64, layout: &Layout) {
        self.last_id = self.last_id.max(id);
        let (columns, attributes) = (layout.columns_text(), layout.attributes_text());
        if self.is_full(&columns, attributes.as_deref()) {
            return;
        }
        self.earlier.insert(id, self.known.len() as u32);
        self.keep(id, columns, attributes);
    }

    /// Returns a layout; `names` are the promoted keys.
    pub fn get(&mut self, id: i64, names: &[String]) -> Option<&Layout> {
        let slot = self.slot(id)?;
        if self.known[slot].parsed.is_none() {
            let known = &self.known[slot];
            let layout = Layout::parse(Some(&known.columns), known.attributes.as_deref()).ok()?;
            self.keep_parsed(slot, layout, names);
        }
        self.known[slot].parsed.as_deref()
    }

    /// Returns the identifier of a layout that was found before for these places.
    pub fn find_regular(&self, places: &[usize]) -> Option<i64> {
        let hash = self.hasher.hash_one(places);
        let is = |slot: &u32| self.known[*slot as usize].places.as_deref() == Some(places);
        let slot = self.by_places.find(hash, is)?;
        Some(self.known[*slot as usize].id)
    }

    /// Says that a layout is the one for these places.
    pub fn note_regular(&mut self, places: &[usize], id: i64) {
        let Some(slot) = self.slot(id) else { return };
        self.text_bytes += size_of_val(places);
        self.known[slot].places = Some(places.into());
        let Self {
            hasher,
            known,
            by_places,
            ..
        } = self;
        let hash_of = |slot: &u32| {
            hasher.hash_one(known[*slot as usize].places.as_deref().unwrap_or_default())
        };
        by_places.insert_unique(hasher.hash_one(places), slot as u32, hash_of);
    }

    /// Returns the identifier of a layout, a new one where it has none yet; that one is also put
    /// into `new`. `layout` is all but column 9; `names` are the promoted keys. `None` where there are too
    /// many, or the text is no layout.
    pub fn find(
        &mut self,
        layout: Layout,
        attributes: Option<&str>,
        names: &[String],
        new: &mut Vec<NewLayout>,
    ) -> Option<i64> {
        let columns = match layout.is_plain() {
            true => String::new(),
            false => layout.columns_text(),
        };
        if columns.is_empty() {
            attributes?;
        }
        if let Some(id) = self.id_of(&columns, attributes) {
            return Some(id);
        }
        if self.is_full(&columns, attributes) {
            let bare = Layout {
                columns: layout.columns,
                ..Layout::default()
            };
            match bare.is_plain() {
                true => return None,
                // Fields are kept verbatim, but not how many there are. Of these there are few.
                false if attributes.is_none() && layout == bare => {}
                false => return self.find(bare, None, names, new),
            }
        }
        self.add(columns, attributes, names, new)
    }

    /// Returns the identifier of a layout of column 9, as [`Layouts::find`] does, however many there are:
    /// for the few that gffdb itself makes.
    pub fn find_or_add(&mut self, attributes: &str, new: &mut Vec<NewLayout>) -> Option<i64> {
        match self.id_of("", Some(attributes)) {
            None => self.add(String::new(), Some(attributes), &[], new),
            id => id,
        }
    }

    fn id_of(&self, columns: &str, attributes: Option<&str>) -> Option<i64> {
        let hash = self.hasher.hash_one((columns, attributes));
        let is = |slot: &u32| self.known[*slot as usize].is(columns, attributes);
        let slot = self.by_text.find(hash, is)?;
        Some(self.known[*slot as usize].id)
    }

    fn is_full(&self, columns: &str, attributes: Option<&str>) -> bool {
        let text = columns.len() + attributes.map_or(0, str::len);
        self.known.len() >= MOST_LAYOUTS || self.text_bytes + text + OVERHEAD > MOST_TEXT
    }

    fn add(
        &mut self,
        columns: String,
        attributes: Option<&str>,
        names: &[String],
        new: &mut Vec<NewLayout>,
    ) -> Option<i64> {
        let layout = Layout::parse(Some(&columns), attributes).ok()?;
        let id = self.last_id.checked_add(1)?;
        self.last_id = id;
        let attributes = attributes.map(str::to_owned);
        new.push(NewLayout {
            id,
            columns: columns.clone(),
            attributes: attributes.clone(),
        });
        self.keep(id, columns, attributes);
        self.keep_parsed(self.known.len() - 1, layout, names);
        Some(id)
    }

    fn keep(&mut self, id: i64, columns: String, attributes: Option<String>) {
        let text = columns.len() + attributes.as_ref().map_or(0, String::len);
        self.text_bytes += text + OVERHEAD;
        let slot = self.known.len() as u32;
        let hash = self
            .hasher
            .hash_one((columns.as_str(), attributes.as_deref()));
        self.known.push(Known {
            id,
            columns: columns.into(),
            attributes: attributes.map(String::into),
            places: None,
            parsed: None,
        });
        let Self {
            hasher,
            known,
            by_text,
            ..
        } = self;
        let hash_of = |slot: &u32| {
            let one = &known[*slot as usize];
            hasher.hash_one((&*one.columns, one.attributes.as_deref()))
        };
        by_text.insert_unique(hash, slot, hash_of);
    }

    fn keep_parsed(&mut self, slot: usize, mut layout: Layout, names: &[String]) {
        layout.resolve(names);
        let size = layout.size();
        if self.parsed_bytes + size > MOST_PARSED {
            self.parsed_bytes = 0;
            self.known.iter_mut().for_each(|one| one.parsed = None);
        }
        self.parsed_bytes += size;
        self.known[slot].parsed = Some(Box::new(layout));
    }

    /// Returns the place of a layout. Those of this load follow one another, without a gap.
    fn slot(&self, id: i64) -> Option<usize> {
        let from_end = usize::try_from(self.last_id.checked_sub(id)?).ok()?;
        let slot = self.known.len().checked_sub(from_end + 1);
        match slot.filter(|slot| self.known[*slot].id == id) {
            None => self.earlier.get(&id).map(|slot| *slot as usize),
            slot => slot,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_layout_has_one_identifier() {
        let mut layouts = Layouts::default();
        let mut new = Vec::new();
        for (columns, attributes, id) in [
            ("", Some("a={a};{*}"), Some(1)),
            ("", Some("{*};a={a}"), Some(2)),
            ("", Some("a={a};{*}"), Some(1)),
            ("score.2", None, Some(3)),
            ("seqid%20 score.2", None, Some(4)),
            ("seqid%20 score.2", None, Some(4)),
            ("score.2", Some("a={a};{*}"), Some(5)),
            ("columns.10", Some("a={a};{*}"), Some(6)),
            ("columns.8", None, Some(7)),
            ("columns.8", None, Some(7)),
            ("", None, None),
        ] {
            let layout = Layout::parse(Some(columns), None).expect(columns);
            assert_eq!(layouts.find(layout, attributes, &[], &mut new), id);
        }
        assert_eq!(new.len(), 7);
    }

    #[test]
    fn what_layouts_take_is_bounded_and_each_is_read_again() {
        for keys in [3, 200] {
            let mut layouts = Layouts::default();
            let at = Layout::parse(None, Some("a={a};{*}")).expect("a layout");
            layouts.insert(1_000_000_000_000, &at);
            let text = |n: usize| {
                let parts: Vec<String> = (0..keys).map(|k| format!("k{n}_{k}={{k{k}}}")).collect();
                parts.join(";")
            };
            let (mut new, mut ids) = (Vec::new(), Vec::new());
            for n in 0..100_000 {
                let text = text(n);
                match layouts.find(Layout::default(), Some(&text), &[], &mut new) {
                    Some(id) => ids.push(id),
                    None => break,
                }
                layouts.note_regular(&[n, 0], ids[n]);
            }
            assert!(ids.len() > 500 && ids.len() < 65_536, "{}", ids.len());
            let most = MOST_TEXT + size_of::<[usize; 2]>();
            assert!(layouts.text_bytes <= most, "{}", layouts.text_bytes);
            for (n, id) in ids.iter().enumerate() {
                let found = layouts.get(*id, &[]).and_then(Layout::attributes_text);
                assert_eq!(found, Some(text(n)));
                assert_eq!(layouts.find_regular(&[n, 0]), Some(*id));
            }
            assert!(layouts.parsed_bytes <= MOST_PARSED);
            assert_eq!(layouts.get(1_000_000_000_000, &[]), Some(&at));
            assert_eq!(layouts.get(1, &[]), None);
            let always = layouts.find_or_add("gene_id \"{ID}\";", &mut new);
            assert_eq!(always, Some(1_000_000_000_001 + ids.len() as i64));
            assert_eq!(layouts.find_or_add("gene_id \"{ID}\";", &mut new), always);
        }
    }

    #[test]
    fn how_many_columns_a_line_has_is_known_however_many_layouts_there_are() {
        let mut layouts = Layouts::default();
        let mut new = Vec::new();
        let mut find = |columns: &str, attributes: &str| {
            let layout = Layout::parse(Some(columns), None).expect(columns);
            layouts.find(layout, Some(attributes), &[], &mut new)
        };
        let is_new = |n: &i64| find("", &format!("a{n}={{a}}")).is_some();
        let most = (0..MOST_LAYOUTS as i64).take_while(is_new).count() as i64;
        let more = "more".repeat(99) + "={a}";
        assert_eq!(find("", &more), None);
        let last = find("columns.10", &more);
        assert_eq!(last, Some(most + 1));
        assert_eq!(find("score.2 columns.10", &more), last);
        let layout = new.last().expect("a layout");
        assert_eq!(layout.columns, "columns.10");
        assert_eq!(layout.attributes, None);
    }
}

//! The distinct layouts of a database, and their identifiers.

use std::collections::HashMap;

use crate::gff::Layout;

/// How many layouts are told apart; lines beyond are kept verbatim, so that memory stays flat.
const MOST_LAYOUTS: usize = 65_536;

/// Layouts by text and by identifier.
#[derive(Debug, Default)]
pub struct Layouts {
    /// By the text of the columns' part and of column 9.
    ids: HashMap<Key, i64>,
    layouts: HashMap<i64, Layout>,
    /// Those of the commonest kind, only column 9 out of the plain order, by its text.
    quick: HashMap<String, i64>,
    /// Those that are nothing but promoted keys, by the places of these.
    regular: HashMap<Vec<usize>, i64>,
    last_id: i64,
}

type Key = (String, Option<String>);

impl Layouts {
    /// Adds a layout that the database has.
    pub fn insert(&mut self, id: i64, layout: Layout) {
        let key = (layout.columns_text(), layout.attributes_text());
        if let (true, Some(text)) = (key.0.is_empty(), &key.1) {
            self.quick.insert(text.clone(), id);
        }
        self.ids.insert(key, id);
        self.layouts.insert(id, layout);
        self.last_id = self.last_id.max(id);
    }

    /// Returns a layout.
    pub fn get(&self, id: i64) -> Option<&Layout> {
        self.layouts.get(&id)
    }

    /// Returns the identifier of a layout that was found before for these places.
    pub fn find_regular(&self, places: &[usize]) -> Option<i64> {
        self.regular.get(places).copied()
    }

    /// Says that a layout is the one for these places.
    pub fn note_regular(&mut self, places: &[usize], id: i64) {
        self.regular.insert(places.to_vec(), id);
    }

    /// Returns the identifier of a layout, a new one where it has none yet; that one is also put
    /// into `new`. `layout` is all but column 9; `names` are the promoted keys. `None` where there are too
    /// many, or the text is no layout.
    pub fn find(
        &mut self,
        mut layout: Layout,
        attributes: Option<&str>,
        names: &[String],
        new: &mut Vec<(i64, Layout)>,
    ) -> Option<i64> {
        if layout.is_plain()
            && let Some(id) = self.quick.get(attributes?)
        {
            return Some(*id);
        }
        let key = (layout.columns_text(), attributes.map(str::to_owned));
        if let Some(id) = self.ids.get(&key) {
            return Some(*id);
        }
        if self.layouts.len() >= MOST_LAYOUTS {
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
        layout.parts = Layout::parse(None, attributes).ok()?.parts;
        layout.resolve(names);
        let id = self.last_id + 1;
        new.push((id, layout.clone()));
        self.insert(id, layout);
        Some(id)
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
    fn how_many_columns_a_line_has_is_known_however_many_layouts_there_are() {
        let mut layouts = Layouts::default();
        let mut new = Vec::new();
        let mut find = |columns: &str, attributes: &str| {
            let layout = Layout::parse(Some(columns), None).expect(columns);
            layouts.find(layout, Some(attributes), &[], &mut new)
        };
        for n in 0..MOST_LAYOUTS {
            assert!(find("", &format!("a{n}={{a}}")).is_some());
        }
        assert_eq!(find("", "more={a}"), None);
        let last = find("columns.10", "more={a}");
        assert_eq!(last, Some(MOST_LAYOUTS as i64 + 1));
        assert_eq!(find("score.2 columns.10", "less={a}"), last);
        let (_, layout) = new.last().expect("a layout");
        assert_eq!(layout.columns_text(), "columns.10");
        assert_eq!(layout.parts, None);
    }
}

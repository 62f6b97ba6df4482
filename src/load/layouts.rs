//! The distinct layouts of a database, and their identifiers.

use std::collections::HashMap;

use crate::gff::{Layout, ScoreFormat, Spelling};

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
    /// into `new`. `names` are the promoted keys. `None` where there are too many, or the text is no layout.
    pub fn find(
        &mut self,
        text: [Spelling; 3],
        score: ScoreFormat,
        attributes: Option<&str>,
        names: &[String],
        new: &mut Vec<(i64, Layout)>,
    ) -> Option<i64> {
        let quick = score == ScoreFormat::Shortest && text.iter().all(Spelling::is_plain);
        if quick && let Some(id) = self.quick.get(attributes?) {
            return Some(*id);
        }
        let mut layout = Layout {
            text,
            score,
            parts: None,
        };
        let key = (layout.columns_text(), attributes.map(str::to_owned));
        if let Some(id) = self.ids.get(&key) {
            return Some(*id);
        }
        if self.layouts.len() >= MOST_LAYOUTS {
            return None;
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
        let plain = <[Spelling; 3]>::default();
        let spelled = [
            Spelling::of("a%20b"),
            Spelling::default(),
            Spelling::default(),
        ];
        for (text, score, attributes, id) in [
            (
                plain.clone(),
                ScoreFormat::Shortest,
                Some("a={a};{*}"),
                Some(1),
            ),
            (
                plain.clone(),
                ScoreFormat::Shortest,
                Some("{*};a={a}"),
                Some(2),
            ),
            (
                plain.clone(),
                ScoreFormat::Shortest,
                Some("a={a};{*}"),
                Some(1),
            ),
            (plain.clone(), ScoreFormat::Fixed(2), None, Some(3)),
            (spelled.clone(), ScoreFormat::Fixed(2), None, Some(4)),
            (spelled, ScoreFormat::Fixed(2), None, Some(4)),
            (
                plain.clone(),
                ScoreFormat::Fixed(2),
                Some("a={a};{*}"),
                Some(5),
            ),
            (plain, ScoreFormat::Shortest, None, None),
        ] {
            assert_eq!(layouts.find(text, score, attributes, &[], &mut new), id);
        }
        assert_eq!(new.len(), 5);
    }
}

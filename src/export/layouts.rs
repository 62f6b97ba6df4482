//! Layouts of a database, by identifier.

use std::collections::HashMap;

use rusqlite::Connection;

use crate::{db, gff::Layout};

/// The layouts of a database. Most records point at the same few.
#[derive(Debug, Default)]
pub struct Layouts {
    /// By identifier, where that is small, as it is where the loader gave it out.
    dense: Vec<Option<Layout>>,
    others: HashMap<i64, Layout>,
}

/// Identifiers below this are found without hashing.
const DENSE: usize = 1 << 16;

impl Layouts {
    /// Reads table `layout`.
    pub fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut layouts = Self::default();
        db::layouts::read(connection, |id, layout| layouts.insert(id, layout))?;
        Ok(layouts)
    }

    fn insert(&mut self, id: i64, layout: Layout) {
        match usize::try_from(id) {
            Ok(place) if place < DENSE => {
                if self.dense.len() <= place {
                    self.dense.resize(place + 1, None);
                }
                self.dense[place] = Some(layout);
            }
            _ => {
                self.others.insert(id, layout);
            }
        }
    }

    /// Returns a layout.
    pub fn get(&self, id: i64) -> Option<&Layout> {
        match usize::try_from(id) {
            Ok(place) if place < DENSE => self.dense.get(place)?.as_ref(),
            _ => self.others.get(&id),
        }
    }
}

//! Relatives in SQL: up and down the hierarchy from what the filters chose.

use super::overlap::comments_off;

const DESCENDANTS: &str = include_str!("../../schema/descendants.sql");
const ANCESTORS: &str = include_str!("../../schema/ancestors.sql");

/// Which relatives come along with what the filters chose.
///
/// All but [`With::Nothing`] also bring the other lines of a chosen feature that has several.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum With {
    /// None: the records that the filters chose.
    #[default]
    Nothing,
    /// What they are part of, one level up.
    Parents,
    /// What they are part of, at every level.
    Ancestors,
    /// Their parts, one level down.
    Children,
    /// Their parts, at every level.
    Descendants,
    /// Their ancestors, and all the descendants of these: whole gene models.
    Family,
}

impl With {
    /// Returns the common table expressions that follow `chosen(record_id)`, and the last one's name.
    pub(crate) fn tables(self) -> (String, &'static str) {
        let below = body(DESCENDANTS, "below");
        let above = body(ANCESTORS, "above");
        match self {
            Self::Nothing => (String::new(), "chosen"),
            Self::Parents => (one_level(&above, "above"), "above"),
            Self::Ancestors => (above, "above"),
            Self::Children => (one_level(&below, "below"), "below"),
            Self::Descendants => (below, "below"),
            Self::Family => {
                let below = below.replace("FROM chosen", "FROM above AS chosen");
                (format!("{above},\n{below}"), "below")
            }
        }
    }
}

/// Returns `name(record_id) AS (…)` of a file.
fn body(file: &str, name: &str) -> String {
    let file = comments_off(file);
    let start = file.find(&format!("{name}(record_id) AS (")).unwrap_or(0);
    let end = file.find("\n)\nSELECT").map_or(file.len(), |end| end + 2);
    file[start..end].to_owned()
}

/// The walk without its recursion.
fn one_level(body: &str, name: &str) -> String {
    body.replace(
        &format!("FROM {name}\n"),
        &format!("FROM chosen AS {name}\n"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_walk_is_cut_from_its_file() {
        for with in [
            With::Parents,
            With::Ancestors,
            With::Children,
            With::Descendants,
            With::Family,
        ] {
            let (text, last) = with.tables();
            assert!(
                text.contains(&format!("{last}(record_id) AS (")),
                "{with:?}: {text}"
            );
            assert!(text.ends_with("\n)"), "{with:?}: {text}");
            let connection = rusqlite::Connection::open_in_memory().expect("a database");
            crate::db::schema::create_whole(&connection).expect("tables");
            let sql = format!(
                "WITH RECURSIVE chosen(record_id) AS (SELECT 1),\n{text} SELECT * FROM {last}"
            );
            connection.prepare(&sql).expect("a statement");
        }
    }
}

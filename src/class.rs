//! What a feature type is: a gene, a transcript, an exon, … as table `type_class` has it.
//!
//! The table is data, so that a type of one's own is one `INSERT` (`schema/type_class.sql`).

use std::{collections::HashMap, sync::LazyLock};

use rusqlite::Connection;

/// The rows that table `type_class` has in a new database.
const ROWS: [&str; 2] = [
    include_str!("../schema/type_class.sql"),
    include_str!("../schema/type_class_so.sql"),
];

/// The classes of a new database, by type.
static NEW: LazyLock<HashMap<String, Class>> = LazyLock::new(|| {
    let mut classes = HashMap::new();
    // ('exon', 'five_prime_noncoding_exon')
    for row in ROWS.iter().flat_map(|sql| sql.split("('").skip(1)) {
        let row = row.split("')").next().unwrap_or_default();
        if let Some((class, ty)) = row.split_once("', '")
            && let Some(class) = Class::from_name(class)
        {
            classes.entry(ty.replace("''", "'")).or_insert(class);
        }
    }
    classes
});

/// A class of feature types.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Class {
    /// Genes and pseudogenes.
    Gene,
    /// Transcripts: what has exons.
    Transcript,
    /// Exons.
    Exon,
    /// Coding sequences.
    Cds,
    /// Untranslated regions.
    Utr,
    /// Introns.
    Intron,
    /// Start and stop codons.
    Codon,
    /// Whole sequences.
    Chromosome,
}

impl Class {
    /// Returns the class of a name, as column `type_class.class` has it; `None` for one that this program gives no
    /// meaning.
    ///
    /// # Examples
    ///
    /// ```
    /// use gffdb::class::Class;
    ///
    /// assert_eq!(Class::from_name("cds"), Some(Class::Cds));
    /// assert_eq!(Class::from_name("enhancer"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "gene" => Self::Gene,
            "transcript" => Self::Transcript,
            "exon" => Self::Exon,
            "cds" => Self::Cds,
            "utr" => Self::Utr,
            "intron" => Self::Intron,
            "codon" => Self::Codon,
            "chromosome" => Self::Chromosome,
            _ => return None,
        })
    }

    /// Returns the class that a type has in a new database, whatever a user's has.
    ///
    /// # Examples
    ///
    /// ```
    /// use gffdb::class::Class;
    ///
    /// assert_eq!(Class::of_type("blocked_reading_frame"), Some(Class::Gene));
    /// assert_eq!(Class::of_type("SO:0000147"), Some(Class::Exon));
    /// assert_eq!(Class::of_type("enhancer"), None);
    /// ```
    pub fn of_type(ty: &str) -> Option<Self> {
        NEW.get(ty).copied()
    }

    /// Tells whether only a transcript, or a gene without one, is made of such features.
    pub fn is_part(self) -> bool {
        matches!(
            self,
            Self::Exon | Self::Cds | Self::Utr | Self::Intron | Self::Codon
        )
    }
}

/// The classes of the types of a database.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    by_type: HashMap<String, Class>,
}

impl Classes {
    /// Reads table `type_class`.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare("SELECT type, class FROM type_class")?;
        let mut rows = statement.query([])?;
        let mut by_type = HashMap::new();
        while let Some(row) = rows.next()? {
            let class = row.get_ref(1)?.as_str().ok().and_then(Class::from_name);
            if let (Ok(ty), Some(class)) = (row.get_ref(0)?.as_str(), class) {
                by_type.insert(ty.to_owned(), class);
            }
        }
        Ok(Self { by_type })
    }

    /// Returns the class of a type; `None` for a type of none, and for no type.
    pub fn of(&self, ty: Option<&str>) -> Option<Class> {
        self.by_type.get(ty?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::schema;

    #[test]
    fn the_classes_of_a_database_are_its_tables() -> rusqlite::Result<()> {
        let connection = Connection::open_in_memory()?;
        schema::create(&connection)?;
        connection.execute_batch(
            "INSERT INTO type_class (type, class) VALUES
                 ('my_gene', 'gene'), ('peak', 'enhancer'), (x'ff', 'gene')",
        )?;
        let classes = Classes::read(&connection)?;
        for (ty, expected) in [
            (Some("mRNA"), Some(Class::Transcript)),
            (Some("my_gene"), Some(Class::Gene)),
            (Some("stop_codon"), Some(Class::Codon)),
            (Some("peak"), None),
            (Some("no such"), None),
            (None, None),
        ] {
            assert_eq!(classes.of(ty), expected, "{ty:?}");
        }
        let of_new = classes.by_type.iter().filter(|(ty, _)| *ty != "my_gene");
        assert_eq!(of_new.clone().count(), NEW.len());
        for (ty, class) in of_new {
            assert_eq!(Class::of_type(ty), Some(*class), "{ty}");
        }
        let unknown: i64 = connection.query_row(
            "SELECT COUNT(*) FROM type_class WHERE class NOT IN
                 ('gene', 'transcript', 'exon', 'cds', 'utr', 'intron', 'codon', 'chromosome')",
            [],
            |row| row.get(0),
        )?;
        assert_eq!(unknown, 1, "every class of the schema has a meaning");
        Ok(())
    }
}

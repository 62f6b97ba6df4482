//! What GTF says with types that GFF3 says with `ID` and `Parent`.

use crate::class::Class;

/// The level of a record in GTF's hierarchy of three.
///
/// GTF 2.2 knows two identifiers, `gene_id` and `transcript_id`; which of them names the record
/// itself, and which what it belongs to, is told by the record's type.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Level {
    /// `gene_id` names it.
    Gene,
    /// `transcript_id` names it, and it is part of `gene_id`.
    Transcript,
    /// It is part of `transcript_id`: exons, CDS, codons and everything else.
    Part,
}

impl Level {
    /// Returns the level of a type: that of its class, or of one that has none by how its name ends.
    pub fn of(ty: &str) -> Self {
        match ty {
            // Most records are of these.
            "exon" | "CDS" => return Self::Part,
            "transcript" => return Self::Transcript,
            _ => {}
        }
        match Class::of_type(ty) {
            Some(Class::Gene) => Self::Gene,
            Some(Class::Transcript) => Self::Transcript,
            Some(_) => Self::Part,
            None if ty.ends_with("_gene") => Self::Gene,
            None if ty.ends_with("RNA") || ty.ends_with("_transcript") => Self::Transcript,
            None => Self::Part,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_tells_the_level() {
        for (ty, level) in [
            ("gene", Level::Gene),
            ("ncRNA_gene", Level::Gene),
            ("transcript", Level::Transcript),
            ("lnc_RNA", Level::Transcript),
            ("primary_transcript", Level::Transcript),
            ("exon", Level::Part),
            ("CDS", Level::Part),
            ("start_codon", Level::Part),
            ("Selenocysteine", Level::Part),
            ("C_gene_segment", Level::Transcript),
            ("mRNA_TE_gene", Level::Transcript),
            ("blocked_reading_frame", Level::Gene),
            ("exon_of_single_exon_gene", Level::Part),
            ("my_gene", Level::Gene),
            ("myRNA", Level::Transcript),
            ("", Level::Part),
        ] {
            assert_eq!(Level::of(ty), level, "{ty}");
        }
    }
}

//! What GTF says with types that GFF3 says with `ID` and `Parent`.

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
    /// Returns the level of a type.
    pub fn of(ty: &str) -> Self {
        match ty {
            "exon" | "CDS" => Self::Part,
            "gene" | "pseudogene" => Self::Gene,
            "transcript" | "mRNA" => Self::Transcript,
            _ if ty.ends_with("_gene") => Self::Gene,
            _ if ty.ends_with("RNA") || ty.ends_with("_transcript") => Self::Transcript,
            _ => Self::Part,
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
            ("", Level::Part),
        ] {
            assert_eq!(Level::of(ty), level, "{ty}");
        }
    }
}

//! Rows as lines of GFF3, GTF and BED.

use rusqlite::types::ValueRef;

use super::{Values, What};
use crate::gff::{self, Spelling};

/// A format of lines, each of one row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LineFormat {
    /// Types are those of the Sequence Ontology; `Parent` is the transcript.
    Gff3,
    /// With `gene_id` and `transcript_id`.
    Gtf,
    /// Six columns, 0-based and half open.
    Bed,
}

/// Writes rows of one kind as lines.
#[derive(Debug)]
pub struct Lines {
    what: What,
    format: LineFormat,
    /// What must be escaped in the value of an attribute, beside what always is.
    escapes: Spelling,
    columns: Vec<&'static str>,
}

impl Lines {
    /// Takes what the rows are; `columns` are theirs.
    pub fn new(what: What, format: LineFormat, columns: Vec<&'static str>) -> Self {
        Self {
            what,
            format,
            // The text is one of escapes, so that it is read.
            escapes: "%2C%3D%26".parse().unwrap_or_default(),
            columns,
        }
    }

    /// Returns what a file begins with.
    pub fn header(&self) -> &'static str {
        match self.format {
            LineFormat::Gff3 => "##gff-version 3\n",
            LineFormat::Gtf | LineFormat::Bed => "",
        }
    }

    /// Writes a row. BED has no bases below base 1: a row without any has no line.
    pub fn write(&self, row: &Values<'_>, out: &mut Vec<u8>) {
        match self.format {
            LineFormat::Bed => self.bed(row, out),
            _ => self.nine_columns(row, out),
        }
    }

    fn value<'a>(&self, row: &Values<'a>, column: &str) -> ValueRef<'a> {
        let place = self.columns.iter().position(|name| *name == column);
        place.map_or(ValueRef::Null, |place| row[place])
    }

    fn text<'a>(&self, row: &Values<'a>, column: &str) -> Option<&'a str> {
        self.value(row, column).as_str_or_null().unwrap_or(None)
    }

    fn number(&self, row: &Values<'_>, column: &str) -> Option<i64> {
        self.value(row, column).as_i64_or_null().unwrap_or(None)
    }

    /// Returns the type of a row in GFF3, and how its parts are called in GTF where that differs.
    fn ty(&self, row: &Values<'_>) -> (&'static str, &'static str) {
        let same = |name| (name, name);
        match self.what {
            What::Introns => same("intron"),
            What::Tss => same("TSS"),
            What::Tes => same("transcription_end_site"),
            What::SpliceSites => match self.text(row, "kind") {
                Some("donor") => same("five_prime_cis_splice_site"),
                _ => same("three_prime_cis_splice_site"),
            },
            What::Utrs | What::Parts => match self.text(row, "part") {
                Some("exon") => same("exon"),
                Some("cds") => same("CDS"),
                Some("five_prime_utr") => ("five_prime_UTR", "five_prime_utr"),
                Some("three_prime_utr") => ("three_prime_UTR", "three_prime_utr"),
                _ => same("UTR"),
            },
            What::Intergenic => same("intergenic_region"),
            What::Genes => same("gene"),
            What::Transcripts | What::Representative => same("transcript"),
        }
    }

    fn nine_columns(&self, row: &Values<'_>, out: &mut Vec<u8>) {
        let is_gff3 = self.format == LineFormat::Gff3;
        let (in_gff3, in_gtf) = self.ty(row);
        let number = |column| match self.number(row, column) {
            Some(number) => number.to_string(),
            None => String::from("."),
        };
        match self.text(row, "seqid") {
            Some(seqid) => gff::encode_plain(seqid, false, out),
            None => out.push(b'.'),
        }
        let columns = format!(
            "\tgffdb\t{}\t{}\t{}\t.\t{}\t{}\t",
            if is_gff3 { in_gff3 } else { in_gtf },
            number("start"),
            number("end"),
            self.text(row, "strand").unwrap_or("."),
            number("phase"),
        );
        out.extend_from_slice(columns.as_bytes());
        let start = out.len();
        let mut put = |key: &str, value: &str| {
            if is_gff3 {
                if out.len() > start {
                    out.push(b';');
                }
                out.extend_from_slice(key.as_bytes());
                out.push(b'=');
                self.escapes.encode(value, true, out);
            } else {
                if out.len() > start {
                    out.push(b' ');
                }
                out.extend_from_slice(key.as_bytes());
                out.extend_from_slice(b" \"");
                gff::put_in_quotes(value, out);
                out.extend_from_slice(b"\";");
            }
        };
        let (transcript, gene) = (self.text(row, "transcript"), self.text(row, "gene"));
        match is_gff3 {
            true => {
                if let Some(transcript) = transcript {
                    put("Parent", transcript);
                }
            }
            false => {
                if let Some(gene) = gene.or(transcript) {
                    put("gene_id", gene);
                }
                if let Some(transcript) = transcript {
                    put("transcript_id", transcript);
                }
            }
        }
        for column in ["number", "intron", "transcripts"] {
            if let Some(number) = self.number(row, column) {
                put(column, &number.to_string());
            }
        }
        if let Some(origin) = self.text(row, "origin") {
            put("origin", origin);
        }
        if out.len() == start {
            out.push(b'.');
        }
        out.push(b'\n');
    }

    fn bed(&self, row: &Values<'_>, out: &mut Vec<u8>) {
        let (Some(start), Some(end)) = (self.number(row, "start"), self.number(row, "end")) else {
            return;
        };
        if end < 1 {
            return;
        }
        // A tab or a line end within a name would be another column.
        let plain = |text: &str| text.replace(['\t', '\n', '\r'], " ");
        let transcripts = self.number(row, "transcripts");
        let name = match (transcripts, self.text(row, "transcript")) {
            (Some(_), _) => String::from("."),
            (None, id) if !self.what.is_of_transcript() => {
                plain(id.or(self.text(row, "gene")).unwrap_or("."))
            }
            (None, Some(id)) => plain(id) + &self.part(row),
            (None, None) => match self.number(row, "transcript_record") {
                Some(record) => format!("record{record}{}", self.part(row)),
                None => String::from("."),
            },
        };
        let line = format!(
            "{}\t{}\t{end}\t{name}\t{}\t{}\n",
            plain(self.text(row, "seqid").unwrap_or(".")),
            start.max(1) - 1,
            transcripts.unwrap_or(0).min(1000),
            self.text(row, "strand").unwrap_or("."),
        );
        out.extend_from_slice(line.as_bytes());
    }

    /// Returns which part of its transcript a row is: `:intron1`.
    fn part(&self, row: &Values<'_>) -> String {
        let named = self.text(row, "part").or(self.text(row, "kind"));
        let part = match self.what {
            What::Introns => "intron",
            What::Tss => "tss",
            What::Tes => "tes",
            _ => named.unwrap_or_default(),
        };
        let number = self.number(row, "number").or(self.number(row, "intron"));
        match number {
            Some(number) => format!(":{part}{number}"),
            None => format!(":{part}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_line_of_each_format() {
        let text = |text: &'static str| ValueRef::Text(text.as_bytes());
        let row = |transcript, kind| {
            [
                text("d"),
                text("s 1"),
                ValueRef::Integer(11),
                ValueRef::Integer(12),
                text("-"),
                transcript,
                text("g"),
                ValueRef::Integer(2),
                ValueRef::Integer(1),
                text(kind),
                ValueRef::Integer(3),
                text("derived"),
            ]
        };
        let id = text("t,1;x=\"y\"");
        for (format, row, expected) in [
            (
                LineFormat::Gff3,
                row(id, "donor"),
                "s 1\tgffdb\tfive_prime_cis_splice_site\t11\t12\t.\t-\t.\tParent=t%2C1%3Bx%3D\"y\";intron=3;origin=derived\n",
            ),
            (
                LineFormat::Gff3,
                row(ValueRef::Null, "acceptor"),
                "s 1\tgffdb\tthree_prime_cis_splice_site\t11\t12\t.\t-\t.\tintron=3;origin=derived\n",
            ),
            (
                LineFormat::Gtf,
                row(id, "donor"),
                "s 1\tgffdb\tfive_prime_cis_splice_site\t11\t12\t.\t-\t.\tgene_id \"g\"; transcript_id \"t,1;x=\\\"y\\\"\"; intron \"3\"; origin \"derived\";\n",
            ),
            (
                LineFormat::Bed,
                row(id, "donor"),
                "s 1\t10\t12\tt,1;x=\"y\":donor3\t0\t-\n",
            ),
            (
                LineFormat::Bed,
                row(ValueRef::Null, "donor"),
                "s 1\t10\t12\trecord2:donor3\t0\t-\n",
            ),
        ] {
            let lines = Lines::new(What::SpliceSites, format, What::SpliceSites.columns());
            let mut out = Vec::new();
            lines.write(&row, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }
}

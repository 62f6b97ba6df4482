//! Index keys in a form that sorts as bytes, and the same keys as SQLite's records.
//!
//! SQLite orders NULL before numbers before text, text by its bytes, and equal keys by rowid. A sort
//! key says the same with bytes alone: a tag, then a number big-endian, or a text with a NUL after
//! it. A number's tag says how many bytes follow, so that small ones, nearly all, take few.

/// How many indexes there are.
pub const COUNT: usize = 3;

/// The longest text of a key that is gathered here, all its texts together; a longer key could need
/// an overflow page.
const LONGEST: usize = 900;

/// An index of the schema that is built from gathered keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Index {
    /// `gff (type, length class, seqid, start, "end")`
    TypeRegion,
    /// `gff (ID) WHERE ID IS NOT NULL`
    Id,
    /// `gff (Parent) WHERE Parent IS NOT NULL`
    Parent,
}

impl Index {
    /// All of them.
    pub const ALL: [Self; COUNT] = [Self::TypeRegion, Self::Id, Self::Parent];

    /// Returns the name that the schema gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::TypeRegion => "gff_type_region",
            Self::Id => "gff_ID",
            Self::Parent => "gff_Parent",
        }
    }
}

/// What the indexes hold of one record.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecordKeys<'a> {
    /// `record_id`, which is the rowid.
    pub record: i64,
    /// Column `type`.
    pub ty: Option<&'a str>,
    /// Column `ID`.
    pub id: Option<&'a str>,
    /// Column `Parent`.
    pub parent: Option<&'a str>,
    /// Column `seqid`.
    pub seqid: Option<&'a str>,
    /// Column `start`.
    pub start: Option<i64>,
    /// Column `end`.
    pub end: Option<i64>,
}

const NULL: u8 = 0;
/// A number below zero; eight bytes follow.
const NEGATIVE: u8 = 1;
/// Zero; a greater number has as many more as bytes follow.
const ZERO: u8 = 2;
const TEXT: u8 = ZERO + 9;

impl RecordKeys<'_> {
    /// Appends the record's sort key in an index. Returns whether it could; `Ok(false)` is a record
    /// that a partial index leaves out, an error one that SQLite must index itself.
    pub fn write(&self, index: Index, out: &mut Vec<u8>) -> Result<bool, NotGathered> {
        match index {
            Index::TypeRegion => {
                let texts = [self.ty, self.seqid].into_iter().flatten();
                if texts.map(str::len).sum::<usize>() > LONGEST {
                    return Err(NotGathered);
                }
                put_text(self.ty, out)?;
                put_number(Some(length_class(self.start, self.end)), out);
                put_text(self.seqid, out)?;
                put_number(self.start, out);
                put_number(self.end, out);
            }
            Index::Id | Index::Parent => {
                let text = if index == Index::Id {
                    self.id
                } else {
                    self.parent
                };
                if text.is_none() {
                    return Ok(false);
                }
                put_text(text, out)?;
            }
        }
        put_number(Some(self.record), out);
        Ok(true)
    }
}

/// A key that has to be left to SQLite.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NotGathered;

/// The expression of index gff_type_region; a test compares the two.
fn length_class(start: Option<i64>, end: Option<i64>) -> i64 {
    const LONGEST: [i64; 4] = [1023, 32_767, 1_048_575, 33_554_431];
    let class = match (start, end) {
        (Some(start), Some(end)) if end < start => return -1,
        (Some(start), Some(end)) => {
            let length = end.saturating_sub(start);
            LONGEST.iter().position(|&longest| length <= longest)
        }
        _ => None,
    };
    class.unwrap_or(LONGEST.len()) as i64
}

fn put_number(number: Option<i64>, out: &mut Vec<u8>) {
    match number {
        None => out.push(NULL),
        Some(number) if number < 0 => {
            out.push(NEGATIVE);
            out.extend_from_slice(&number.to_be_bytes());
        }
        Some(number) => {
            let zeros = number.leading_zeros() as usize / 8;
            out.push(ZERO + (8 - zeros) as u8);
            out.extend_from_slice(&number.to_be_bytes()[zeros..]);
        }
    }
}

fn put_text(text: Option<&str>, out: &mut Vec<u8>) -> Result<(), NotGathered> {
    let Some(text) = text else {
        out.push(NULL);
        return Ok(());
    };
    if text.len() > LONGEST || memchr::memchr(0, text.as_bytes()).is_some() {
        return Err(NotGathered);
    }
    out.push(TEXT);
    out.extend_from_slice(text.as_bytes());
    out.push(0);
    Ok(())
}

/// Writes the index record that a sort key stands for, in SQLite's record format
/// (<https://sqlite.org/fileformat2.html>, 2.1): a header of serial types, then the values.
///
/// `body` is room to work in.
pub fn write_record(mut key: &[u8], body: &mut Vec<u8>, out: &mut Vec<u8>) {
    // Six columns at most, two bytes a type at most: the header's length is one byte.
    let mut header = [0; 16];
    let mut len = 1;
    body.clear();
    while let Some((&tag, rest)) = key.split_first() {
        let serial = match tag {
            NEGATIVE..TEXT => {
                let width = if tag == NEGATIVE {
                    8
                } else {
                    usize::from(tag - ZERO)
                };
                // `put_number` wrote as many bytes as the tag says.
                let (bytes, rest) = rest.split_at_checked(width).unwrap_or_default();
                key = rest;
                let mut number = [0; 8];
                number[8 - bytes.len()..].copy_from_slice(bytes);
                let number = i64::from_be_bytes(number);
                let (serial, width) = serial_type(number);
                body.extend_from_slice(&number.to_be_bytes()[8 - width..]);
                serial
            }
            TEXT => {
                // Every text ends in a NUL; `put_text` wrote it.
                let end = memchr::memchr(0, rest).unwrap_or(rest.len());
                body.extend_from_slice(&rest[..end]);
                key = rest.get(end + 1..).unwrap_or_default();
                13 + 2 * end
            }
            _ => {
                key = rest;
                0
            }
        };
        len += put_varint(serial, &mut header[len..]);
    }
    header[0] = len as u8;
    out.extend_from_slice(&header[..len]);
    out.extend_from_slice(body);
}

/// Returns the serial type of a number, and how many bytes it takes.
fn serial_type(number: i64) -> (usize, usize) {
    match number {
        0 => (8, 0),
        1 => (9, 0),
        -0x80..=0x7f => (1, 1),
        -0x8000..=0x7fff => (2, 2),
        -0x80_0000..=0x7f_ffff => (3, 3),
        -0x8000_0000..=0x7fff_ffff => (4, 4),
        -0x8000_0000_0000..=0x7fff_ffff_ffff => (5, 6),
        _ => (6, 8),
    }
}

/// Writes a number below 16,384 as a varint; returns how many bytes that took.
pub fn put_varint(number: usize, out: &mut [u8]) -> usize {
    if number < 128 {
        out[0] = number as u8;
        return 1;
    }
    out[0] = 0x80 | (number >> 7) as u8;
    out[1] = (number & 0x7f) as u8;
    2
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::db::schema;

    #[test]
    fn keys_sort_as_sqlite_sorts() {
        let records = [
            (None, None, None),
            (None, Some(1), Some(1)),
            (Some("a"), None, Some(5)),
            (Some("a"), Some(-3), Some(5)),
            (Some("a"), Some(0), Some(5)),
            (Some("a"), Some(2), Some(4)),
            (Some("a"), Some(2), Some(5)),
            (Some("a"), Some(256), Some(300)),
            (Some("a b"), Some(1), Some(3)),
            (Some("aa"), Some(1), Some(3)),
            (Some("b"), Some(1), Some(128)),
            (Some("b"), Some(1), Some(129)),
            (Some("é"), Some(1), Some(1 << 40)),
        ];
        let connection = Connection::open_in_memory().expect("a database");
        schema::create(&connection).expect("the schema");
        let mut ours = Vec::new();
        for (record, (seqid, start, end)) in (1..).zip(records) {
            let sql = "INSERT INTO gff (record_id, seqid, start, \"end\") VALUES (?1, ?2, ?3, ?4)";
            connection
                .execute(sql, (record, seqid, start, end))
                .expect("a row");
            let keys = RecordKeys {
                record,
                seqid,
                start,
                end,
                ..RecordKeys::default()
            };
            let mut key = Vec::new();
            assert_eq!(keys.write(Index::TypeRegion, &mut key), Ok(true));
            ours.push((key, record));
        }
        ours.sort();
        let (_, index) = schema::indexes()
            .find(|(n, _)| *n == "gff_type_region")
            .expect("it");
        let expression = index.split_once("gff (").expect("columns").1;
        let expression = expression.strip_suffix(')').expect("its end");
        let sql = format!("SELECT record_id FROM gff ORDER BY {expression}, record_id");
        let theirs: Vec<i64> = connection
            .prepare(&sql)
            .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
            .expect("an order");
        assert_eq!(ours.iter().map(|(_, r)| *r).collect::<Vec<_>>(), theirs);
    }

    #[test]
    fn a_record_is_as_the_file_format_says() {
        let keys = RecordKeys {
            record: 300,
            id: Some("g0"),
            seqid: Some("s"),
            start: Some(1),
            end: Some(-2),
            ..RecordKeys::default()
        };
        let (mut key, mut record, mut body) = (Vec::new(), Vec::new(), Vec::new());
        assert_eq!(keys.write(Index::Id, &mut key), Ok(true));
        write_record(&key, &mut body, &mut record);
        assert_eq!(record, [3, 17, 2, b'g', b'0', 1, 44]);
        key.clear();
        record.clear();
        assert_eq!(keys.write(Index::TypeRegion, &mut key), Ok(true));
        write_record(&key, &mut body, &mut record);
        // NULL, class -1, 's', 1, -2, 300
        assert_eq!(record, [7, 0, 1, 15, 9, 1, 2, 0xff, b's', 0xfe, 1, 44]);
        assert_eq!(keys.write(Index::Parent, &mut key), Ok(false));
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_left_to_sqlite() {
        let (half, most) = ("x".repeat(LONGEST / 2), "x".repeat(LONGEST));
        for (ty, seqid, gathered) in [
            ("a", most.as_str(), false),
            (&most, "", true),
            (&half, &half, true),
            ("a\0b", "s", false),
            ("a", "s\0", false),
        ] {
            let keys = RecordKeys {
                ty: Some(ty),
                seqid: Some(seqid),
                id: Some(ty),
                ..RecordKeys::default()
            };
            let expected = if gathered { Ok(true) } else { Err(NotGathered) };
            let lens = (ty.len(), seqid.len());
            assert_eq!(
                keys.write(Index::TypeRegion, &mut Vec::new()),
                expected,
                "{lens:?}"
            );
        }
        let keys = RecordKeys {
            id: Some("a\0b"),
            ..RecordKeys::default()
        };
        assert_eq!(keys.write(Index::Id, &mut Vec::new()), Err(NotGathered));
    }
}

//! Parents that a file did not name lately: the few that are looked up once all rows are in.
//!
//! Nearly every parent stands shortly before its children. So the IDs seen lately are remembered,
//! as hashes in a table that does not grow; only a parent that is not among them is noted.

/// IDs remembered, at most; eight bytes each. More would not fit a processor's second cache.
const SEEN: usize = 1 << 16;

/// Noted parents remembered, so that their further children do not note them again.
const NOTED: usize = 1 << 13;

/// What an identifier names. GTF's genes and transcripts have namespaces of their own.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Namespace {
    /// `ID` of GFF3.
    Id,
    /// `gene_id` of GTF.
    Gene,
    /// `transcript_id` of GTF.
    Transcript,
    /// Nothing: a record whose ninth column is nothing but its name.
    Bare,
}

/// The identifiers seen lately.
#[derive(Debug)]
pub struct Parents {
    /// A hash is at the place that its lowest bits give; 0 is none.
    seen: Box<[u64]>,
    noted: Box<[u64]>,
    seqid: String,
    /// Hash of `seqid`.
    sequence: u64,
}

impl Namespace {
    /// Returns the namespace of the value of the key that names a record or its parent.
    pub fn of(key: &str) -> Self {
        match key {
            "gene_id" => Self::Gene,
            "transcript_id" => Self::Transcript,
            _ => Self::Id,
        }
    }

    /// Returns the name that table `wanted_parent` has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "ID",
            Self::Gene => "gene",
            Self::Transcript => "transcript",
            Self::Bare => "bare",
        }
    }
}

impl Default for Parents {
    fn default() -> Self {
        Self {
            seen: vec![0; SEEN].into(),
            noted: vec![0; NOTED].into(),
            seqid: String::new(),
            sequence: hash(0, b""),
        }
    }
}

impl Parents {
    /// Begins a record on a sequence.
    pub fn on(&mut self, seqid: &str) {
        if self.seqid != seqid {
            seqid.clone_into(&mut self.seqid);
            self.sequence = hash(0, seqid.as_bytes());
        }
    }

    /// Remembers the record's identifier.
    pub fn id(&mut self, namespace: Namespace, id: &str) {
        let hash = self.hash(namespace, id);
        self.seen[hash as usize % SEEN] = hash;
    }

    /// Tells whether the record's parent is to be noted: it was neither seen nor noted lately.
    pub fn is_wanted(&mut self, namespace: Namespace, parent: &str) -> bool {
        let hash = self.hash(namespace, parent);
        if self.seen[hash as usize % SEEN] == hash || self.noted[hash as usize % NOTED] == hash {
            return false;
        }
        self.noted[hash as usize % NOTED] = hash;
        true
    }

    fn hash(&self, namespace: Namespace, id: &str) -> u64 {
        hash(self.sequence ^ namespace as u64, id.as_bytes()).max(1)
    }
}

/// Hashes bytes, eight at a time: not against malice, which could only hide an issue.
fn hash(seed: u64, bytes: &[u8]) -> u64 {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, word: [u8; 8]| {
        let product = u128::from(hash ^ u64::from_le_bytes(word)) * u128::from(MIX);
        (product >> 64) as u64 ^ product as u64
    };
    let (words, rest) = bytes.as_chunks::<8>();
    let whole = words
        .iter()
        .fold(seed, |hash, &word| mix(hash, word).rotate_left(23));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    // Seven bytes at most are left over, so the eighth can tell how many.
    last[7] = rest.len() as u8 + 1;
    mix(whole ^ MIX, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_parent_that_was_not_seen_is_noted_and_once() {
        use Namespace::{Gene, Id, Transcript};
        let mut parents = Parents::default();
        parents.on("sq0");
        parents.id(Id, "g0");
        parents.id(Gene, "x");
        for (seqid, namespace, parent, noted) in [
            ("sq0", Id, "g0", false),
            ("sq0", Id, "g1", true),
            ("sq0", Id, "g1", false),
            ("sq1", Id, "g0", true),
            ("sq0", Gene, "x", false),
            ("sq0", Transcript, "x", true),
            ("sq0", Id, "x", true),
            ("sq0", Id, "", true),
        ] {
            parents.on(seqid);
            let is_wanted = parents.is_wanted(namespace, parent);
            assert_eq!(is_wanted, noted, "{seqid} {namespace:?} {parent}");
        }
    }

    #[test]
    fn what_is_forgotten_is_noted_again_rather_than_lost() {
        let mut parents = Parents::default();
        let ids = 4 * SEEN;
        for n in 0..ids {
            parents.id(Namespace::Id, &format!("gene{n}"));
        }
        let wanted = (0..ids)
            .filter(|n| parents.is_wanted(Namespace::Id, &format!("gene{n}")))
            .count();
        // Each place of the table holds one of them.
        assert!(wanted >= ids - SEEN, "{wanted}");
        assert!(wanted < ids - SEEN * 9 / 10, "{wanted}");
    }

    #[test]
    fn texts_that_differ_have_hashes_that_differ() {
        let texts = [
            "",
            "\0",
            "a",
            "a\0",
            "abcdefgh",
            "abcdefgh\0",
            "abcdefghabcdefgh",
            "b",
        ];
        let mut hashes: Vec<_> = texts.iter().map(|t| hash(8, t.as_bytes())).collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), texts.len());
    }
}

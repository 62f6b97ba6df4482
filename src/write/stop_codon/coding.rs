//! The bases of one CDS and of its stop codon: one taken out of the other, or put in.

/// Bases of a codon.
const CODON: i64 = 3;

/// A CDS with its stop codon, as the records have them: 1-based, both ends inside.
#[derive(Clone, Debug, Default)]
pub struct Coding {
    /// Whether it is on strand `+`.
    pub forward: bool,
    /// The CDS records.
    pub pieces: Vec<CdsSegment>,
    /// The stop_codon records.
    pub stops: Vec<CdsSegment>,
    /// Whether the CDS has its stop codon inside where there is no stop_codon record.
    pub assumed: bool,
}

/// A record's bases.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct CdsSegment {
    pub record: i64,
    pub start: i64,
    pub end: i64,
    /// Bases to the next codon's first base.
    pub phase: Option<i64>,
}

impl CdsSegment {
    /// Returns how many bases it has. What no sequence has stays a number: files may say anything.
    fn len(&self) -> i64 {
        self.end.saturating_sub(self.start).saturating_add(1)
    }
}

/// What became of a CDS record: its bases, if any are left, and what follows it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Become {
    pub record: i64,
    pub bases: Option<(i64, i64)>,
    /// Bases of the stop codon that were in it; or, as `record` tells, of stop_codon records that are
    /// a piece of the CDS of their own now.
    pub then: Vec<CdsSegment>,
}

impl Coding {
    /// Returns the CDS without its stop codon; `None` where it stays as it is.
    pub fn without_stop(&self) -> Option<Vec<Become>> {
        let (mut pieces, stops) = self.ahead();
        let mut changed = unchanged(&pieces);
        if stops.is_empty() {
            if !self.assumed || !ends_a_codon(&pieces) {
                return None;
            }
            let mut left = CODON;
            for (piece, change) in pieces.iter().zip(&mut changed).rev() {
                let cut = left.min(piece.len());
                left -= cut;
                let stop = (piece.end.saturating_sub(cut - 1), piece.end);
                // Bases of the codon that come before: those still to be cut.
                change.then = (cut > 0)
                    .then(|| part(piece.record, stop, left))
                    .into_iter()
                    .collect();
                change.bases = shortened(piece, stop.0);
            }
            if left > 0 {
                return None;
            }
        } else {
            let first = stops[0].start;
            for (piece, change) in pieces.iter_mut().zip(&mut changed) {
                for stop in stops.iter().rev() {
                    if stop.start <= piece.end && piece.start <= stop.end {
                        if stop.end < piece.end {
                            return None;
                        }
                        piece.end = stop.start.saturating_sub(1);
                    }
                }
                change.bases = shortened(piece, piece.end.saturating_add(1));
                if change.bases.is_some_and(|(_, end)| end >= first) {
                    return None;
                }
            }
        }
        let is_new = changed.iter().any(|c| c.bases.is_some()) && changed != self.as_it_is();
        is_new.then(|| self.back(changed))
    }

    /// Returns the CDS with its stop codon; `None` where it stays as it is.
    pub fn with_stop(&self) -> Option<Vec<Become>> {
        let (pieces, stops) = self.ahead();
        let mut changed = unchanged(&pieces);
        let last = pieces.last()?.end;
        let mut before = 0;
        for stop in &stops {
            let is_inside = pieces
                .iter()
                .any(|p| p.start <= stop.start && stop.end <= p.end);
            let near = pieces
                .iter()
                .position(|p| p.start <= stop.start && stop.start <= p.end.saturating_add(1));
            match near {
                _ if is_inside => {}
                Some(at) if stop.end > last => {
                    changed[at].bases = Some((pieces[at].start, stop.end))
                }
                None if stop.start > last => {
                    let end = changed.len() - 1;
                    changed[end]
                        .then
                        .push(part(stop.record, (stop.start, stop.end), before));
                }
                // Bases in between would be missing.
                _ => return None,
            }
            before = stop.len().saturating_add(before);
        }
        (changed != self.as_it_is()).then(|| self.back(changed))
    }

    /// Returns CDS and stop codon in the direction of reading.
    fn ahead(&self) -> (Vec<CdsSegment>, Vec<CdsSegment>) {
        let ahead = |pieces: &[CdsSegment]| {
            let mut pieces = pieces.to_vec();
            if !self.forward {
                pieces
                    .iter_mut()
                    .for_each(|p| (p.start, p.end) = turned((p.start, p.end)));
            }
            pieces.sort_by_key(|p| (p.start, p.end, p.record));
            pieces
        };
        (ahead(&self.pieces), ahead(&self.stops))
    }

    fn as_it_is(&self) -> Vec<Become> {
        unchanged(&self.ahead().0)
    }

    fn back(&self, mut changed: Vec<Become>) -> Vec<Become> {
        if !self.forward {
            for change in &mut changed {
                change.bases = change.bases.map(turned);
                for p in &mut change.then {
                    (p.start, p.end) = turned((p.start, p.end));
                }
            }
        }
        changed
    }
}

/// Returns bases in the other direction.
fn turned((start, end): (i64, i64)) -> (i64, i64) {
    (end.saturating_neg(), start.saturating_neg())
}

fn unchanged(pieces: &[CdsSegment]) -> Vec<Become> {
    let one = |p: &CdsSegment| Become {
        record: p.record,
        bases: Some((p.start, p.end)),
        then: Vec::new(),
    };
    pieces.iter().map(one).collect()
}

/// Returns the bases of a piece before `stop`, if there are any.
fn shortened(piece: &CdsSegment, stop: i64) -> Option<(i64, i64)> {
    (piece.start < stop).then_some((piece.start, stop.saturating_sub(1)))
}

/// Returns a part of a codon that has `before` bases before it.
fn part(record: i64, (start, end): (i64, i64), before: i64) -> CdsSegment {
    let phase = Some((CODON - before % CODON) % CODON);
    CdsSegment {
        record,
        start,
        end,
        phase,
    }
}

/// Tells whether pieces in the direction of reading end with a whole codon, as far as phases tell.
fn ends_a_codon(pieces: &[CdsSegment]) -> bool {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
        return false;
    };
    let all = pieces
        .iter()
        .map(CdsSegment::len)
        .fold(0, i64::saturating_add);
    let whole = |bases: i64, phase: i64| bases.saturating_sub(phase) % CODON == 0;
    // Where a ribosome slips, or phases are wrong, one of the two may be off.
    whole(all, first.phase.unwrap_or(0)) || last.phase.is_some_and(|phase| whole(last.len(), phase))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Start, end and phase of records that are numbered from 1.
    type Bases = (i64, i64, i64);

    fn pieces(bases: &[Bases], from: i64) -> Vec<CdsSegment> {
        let piece = |(i, &(start, end, phase)): (usize, &Bases)| CdsSegment {
            record: from + i as i64,
            start,
            end,
            phase: Some(phase),
        };
        bases.iter().enumerate().map(piece).collect()
    }

    fn coding(strand: char, cds: &[Bases], stops: &[Bases]) -> Coding {
        Coding {
            forward: strand == '+',
            pieces: pieces(cds, 1),
            stops: pieces(stops, 11),
            assumed: stops.is_empty(),
        }
    }

    /// `record:start-end`, then what follows it, with its phase.
    fn shown(changed: Option<Vec<Become>>) -> String {
        let Some(changed) = changed else {
            return String::from("same");
        };
        let one = |c: &Become| {
            let mut text = match c.bases {
                Some((start, end)) => format!("{}:{start}-{end}", c.record),
                None => format!("{}:gone", c.record),
            };
            for p in &c.then {
                let phase = p.phase.unwrap_or(9);
                text.push_str(&format!("+{}:{}-{}/{phase}", p.record, p.start, p.end));
            }
            text
        };
        changed.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_stop_codon_is_taken_out() {
        for (strand, cds, stops, expected) in [
            // Nothing but the CDS.
            ('+', &[(1, 9, 0)][..], &[][..], "1:1-6+1:7-9/0"),
            ('-', &[(1, 9, 0)], &[], "1:4-9+1:1-3/0"),
            (
                '+',
                &[(1, 6, 0), (11, 16, 0)],
                &[],
                "1:1-6 2:11-13+2:14-16/0",
            ),
            // Two bases of it before the intron, one behind.
            (
                '+',
                &[(1, 8, 0), (11, 11, 1)],
                &[],
                "1:1-6+1:7-8/0 2:gone+2:11-11/1",
            ),
            (
                '+',
                &[(1, 7, 0), (11, 12, 2)],
                &[],
                "1:1-6+1:7-7/0 2:gone+2:11-12/2",
            ),
            (
                '-',
                &[(11, 18, 0), (5, 5, 1)],
                &[],
                "1:13-18+1:11-12/0 2:gone+2:5-5/1",
            ),
            // A codon of three pieces.
            (
                '+',
                &[(1, 4, 0), (11, 11, 2), (21, 21, 1)],
                &[],
                "1:1-3+1:4-4/0 2:gone+2:11-11/2 3:gone+3:21-21/1",
            ),
            // The last piece is the stop codon.
            (
                '+',
                &[(1, 6, 0), (11, 13, 0)],
                &[],
                "1:1-6 2:gone+2:11-13/0",
            ),
            // Begins within a codon.
            ('+', &[(1, 8, 2)], &[], "1:1-5+1:6-8/0"),
            // Nothing is left, or it ends within a codon: there is none.
            ('+', &[(1, 3, 0)], &[], "same"),
            ('+', &[(1, 2, 0)], &[], "same"),
            ('+', &[(1, 8, 0)], &[], "same"),
            ('+', &[(1, 7, 0), (11, 19, 2)], &[], "same"),
            // The whole is no multiple of three where a ribosome slips; the last piece tells.
            ('+', &[(1, 7, 0), (7, 15, 0)], &[], "1:1-7 2:7-12+2:13-15/0"),
            // Records of stop codons say where they are.
            ('+', &[(1, 9, 0)], &[(7, 9, 0)], "1:1-6"),
            ('-', &[(1, 9, 0)], &[(1, 3, 0)], "1:4-9"),
            (
                '+',
                &[(1, 8, 0), (11, 11, 1)],
                &[(7, 8, 0), (11, 11, 1)],
                "1:1-6 2:gone",
            ),
            (
                '-',
                &[(11, 18, 0), (5, 5, 1)],
                &[(5, 5, 1), (11, 12, 0)],
                "1:13-18 2:gone",
            ),
            ('+', &[(1, 6, 0)], &[(7, 9, 0)], "same"),
            ('+', &[(1, 9, 0)], &[(4, 6, 0)], "same"),
            ('+', &[(1, 9, 0), (20, 28, 0)], &[(7, 9, 0)], "same"),
            ('+', &[(7, 9, 0)], &[(7, 9, 0)], "same"),
        ] {
            let found = shown(coding(strand, cds, stops).without_stop());
            assert_eq!(found, expected, "{strand} {cds:?} {stops:?}");
        }
    }

    #[test]
    fn a_stop_codon_is_put_in() {
        for (strand, cds, stops, expected) in [
            ('+', &[(1, 6, 0)][..], &[(7, 9, 0)][..], "1:1-9"),
            ('-', &[(4, 9, 0)], &[(1, 3, 0)], "1:1-9"),
            (
                '+',
                &[(1, 6, 0)],
                &[(7, 8, 0), (11, 11, 1)],
                "1:1-8+12:11-11/1",
            ),
            (
                '-',
                &[(13, 18, 0)],
                &[(11, 12, 0), (5, 5, 1)],
                "1:11-18+12:5-5/1",
            ),
            ('+', &[(1, 6, 0)], &[(11, 13, 0)], "1:1-6+11:11-13/0"),
            ('+', &[(1, 4, 0), (8, 9, 2)], &[(10, 12, 0)], "1:1-4 2:8-12"),
            // It is in already, or nowhere near.
            ('+', &[(1, 9, 0)], &[(7, 9, 0)], "same"),
            (
                '+',
                &[(1, 8, 0), (11, 11, 1)],
                &[(7, 8, 0), (11, 11, 1)],
                "same",
            ),
            ('+', &[(1, 9, 0)], &[], "same"),
            ('+', &[(11, 19, 0)], &[(1, 3, 0)], "same"),
            ('+', &[(1, 9, 0), (21, 29, 0)], &[(10, 12, 0)], "same"),
            ('+', &[(1, 8, 0)], &[(7, 9, 0)], "1:1-9"),
            ('+', &[], &[(7, 9, 0)], "same"),
        ] {
            let found = shown(coding(strand, cds, stops).with_stop());
            assert_eq!(found, expected, "{strand} {cds:?} {stops:?}");
        }
    }

    #[test]
    fn what_is_taken_out_can_be_put_in_again() {
        for (strand, cds) in [
            ('+', &[(1, 8, 0), (11, 11, 1)][..]),
            ('-', &[(11, 17, 0), (4, 5, 2)]),
            ('+', &[(1, 6, 0), (11, 13, 0)]),
        ] {
            let whole = coding(strand, cds, &[]);
            let changed = whole.without_stop().expect("a stop codon");
            let left = changed.iter().filter_map(|c| {
                let (start, end) = c.bases?;
                let phase = whole.pieces.iter().find(|p| p.record == c.record)?.phase;
                Some((start, end, phase?))
            });
            let stop = changed.iter().flat_map(|c| &c.then);
            let stop = stop.map(|p| (p.start, p.end, p.phase.expect("a phase")));
            let again = coding(strand, &left.collect::<Vec<_>>(), &stop.collect::<Vec<_>>());
            let again = again.with_stop().expect("a stop codon");
            let mut bases: Vec<(i64, i64)> = again
                .iter()
                .flat_map(|c| {
                    c.bases
                        .into_iter()
                        .chain(c.then.iter().map(|p| (p.start, p.end)))
                })
                .collect();
            let mut expected: Vec<(i64, i64)> = cds.iter().map(|&(s, e, _)| (s, e)).collect();
            bases.sort_unstable();
            expected.sort_unstable();
            assert_eq!(bases, expected, "{strand} {cds:?}");
        }
    }
}

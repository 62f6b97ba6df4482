//! The records that share an ID, and which of them are the parents of what kind of child.

use std::{cell::Cell, rc::Rc};

use crate::class::{Class, Classes};

/// The records that have an ID, by sequence and level.
#[derive(Debug, Default)]
pub(super) struct Bearers {
    /// Those of one group after another: of each genes, transcripts, others.
    pub(super) records: Vec<i64>,
    /// One a sequence, sorted.
    pub(super) groups: Vec<Group>,
}

/// What is known of an ID.
#[derive(Clone, Debug)]
pub(super) enum Known {
    /// No record has it.
    Nothing,
    /// One has: its record, and whether it is a gene, a transcript or another.
    One(i64, usize),
    Several(Rc<Bearers>),
}

/// The records of an ID that are on one sequence.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) seqid: Option<Box<str>>,
    /// Where genes, transcripts and others begin among the records, and where the others end.
    pub(super) bounds: [usize; 4],
    /// What a walk noted of them as parents of each kind of child, and which walk it was.
    notes: [Cell<(u32, bool)>; KINDS],
}

/// Of a child it counts whether it is a gene, a transcript or another, and whether it has its parent's ID.
pub const KINDS: usize = 6;

/// What a record is part of.
#[derive(Clone, Debug)]
pub enum Above {
    /// A single record.
    One(i64),
    /// Records that share an ID.
    Several(Parents),
}

/// Those of the records that share an ID which are the parent of one kind of child.
#[derive(Clone, Debug)]
pub struct Parents {
    pub(super) bearers: Rc<Bearers>,
    pub(super) group: usize,
    pub(super) kind: usize,
}

impl Bearers {
    /// Sorts records into groups.
    pub(super) fn new(mut found: Vec<(Option<Box<str>>, usize, i64)>) -> Self {
        found.sort_unstable();
        let mut bearers = Self {
            records: found.iter().map(|(.., record)| *record).collect(),
            groups: Vec::new(),
        };
        for (place, (seqid, rank, _)) in found.into_iter().enumerate() {
            if bearers
                .groups
                .last()
                .is_none_or(|group| group.seqid != seqid)
            {
                bearers.groups.push(Group {
                    seqid,
                    bounds: [place; 4],
                    ..Group::default()
                });
            }
            if let Some(group) = bearers.groups.last_mut() {
                group.bounds[rank + 1..].fill(place + 1);
            }
        }
        bearers
    }

    /// Returns the group that has the parents of a child on a sequence: its own, or the only one.
    pub(super) fn group(&self, seqid: Option<&str>) -> Option<usize> {
        match self.groups.len() {
            1 => Some(0),
            _ => self
                .groups
                .binary_search_by(|group| group.seqid.as_deref().cmp(&seqid))
                .ok(),
        }
    }
}

impl Group {
    /// Tells which of genes, transcripts and others are the parents of such children. A record is never its
    /// own: it has the parent's ID, and then only levels above its own are.
    pub(super) fn parents(&self, kind: usize) -> [bool; 3] {
        let [genes, transcripts, others, _] = self.bounds;
        let is_in = |rank: usize| [genes < transcripts, transcripts < others][rank];
        let (rank, same_name) = (kind / 2, kind % 2 == 1);
        [
            // The same name: gene above transcript above the rest. Of a gene and a transcript that share
            // the parent's ID, the level above the child's.
            !(same_name && rank == GENE) && (rank == TRANSCRIPT || !is_in(TRANSCRIPT)),
            !(same_name && rank != OTHER) && (rank != TRANSCRIPT || !is_in(GENE)),
            !same_name,
        ]
    }
}

impl Parents {
    /// Returns those of the records.
    pub fn records(&self) -> impl Iterator<Item = i64> + '_ {
        (0..).map_while(|place| self.get(place))
    }

    /// Returns one of them, counted from 0.
    pub fn get(&self, mut place: usize) -> Option<i64> {
        let group = &self.bearers.groups[self.group];
        for (rank, _) in group
            .parents(self.kind)
            .iter()
            .enumerate()
            .filter(|one| *one.1)
        {
            let (first, end) = (group.bounds[rank], group.bounds[rank + 1]);
            match first + place < end {
                true => return Some(self.bearers.records[first + place]),
                false => place -= end - first,
            }
        }
        None
    }

    /// Returns what tells them from all others as long as they are held: what they have in common with
    /// others of their ID, the group, the kind of child.
    pub fn place(&self) -> (usize, usize, usize) {
        (Rc::as_ptr(&self.bearers).addr(), self.group, self.kind)
    }

    /// Returns the group that a record of this ID is in, by its sequence.
    pub fn group_of(&self, seqid: Option<&str>) -> Option<usize> {
        self.bearers.group(seqid)
    }

    /// Tells whether a record is one of them.
    pub fn has(&self, record: i64) -> bool {
        let group = &self.bearers.groups[self.group];
        let is_parent = group.parents(self.kind);
        (0..3).filter(|rank| is_parent[*rank]).any(|rank| {
            let of_rank = &self.bearers.records[group.bounds[rank]..group.bounds[rank + 1]];
            of_rank.binary_search(&record).is_ok()
        })
    }

    /// Returns what the walk of this number noted.
    pub fn noted(&self, walk: u32) -> Option<bool> {
        let (of, noted) = self.bearers.groups[self.group].notes[self.kind].get();
        (of == walk).then_some(noted)
    }

    /// Notes something.
    pub fn note(&self, walk: u32, what: bool) {
        self.bearers.groups[self.group].notes[self.kind].set((walk, what));
    }
}

pub(super) const GENE: usize = 0;
pub(super) const TRANSCRIPT: usize = 1;
pub(super) const OTHER: usize = 2;

/// Tells whether the only record of an ID is the parent of such children.
pub(super) fn is_parent(rank: usize, kind: usize) -> bool {
    let mut alone = Group::default();
    alone.bounds[rank + 1..].fill(1);
    alone.parents(kind)[rank]
}

pub(super) fn rank_of(classes: &Classes, ty: Option<&str>) -> usize {
    match classes.of(ty) {
        Some(Class::Gene) => GENE,
        Some(Class::Transcript) => TRANSCRIPT,
        _ => OTHER,
    }
}

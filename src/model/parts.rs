//! The parts of one record.

use rusqlite::Connection;

use crate::{
    class::{Class, Classes},
    coords::{Interval, merged},
    db::Extents,
    tree::{Child, Node, Passing, Tree},
};

use super::transcript::Origin;

/// Looks the parts of records up.
pub(crate) struct Models<'c> {
    tree: Tree<'c>,
    extents: Extents,
    children: Vec<Child>,
    parts: Parts,
}

/// The parts of a record that are on its sequence, as they are told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    pub exons: Vec<Interval>,
    pub cds: Vec<Interval>,
    pub utrs: Vec<Interval>,
}

impl Parts {
    /// Returns the exons: those that the file has, else CDS and UTRs joined where they touch. They are as they
    /// come, those that are joined in ascending order; none where there is none of these.
    pub fn exons(&self) -> (Vec<Interval>, Origin) {
        match self.exons.is_empty() {
            true => {
                let parts = self.cds.iter().chain(&self.utrs).copied();
                (merged(parts.collect()), Origin::Derived)
            }
            false => (self.exons.clone(), Origin::Annotated),
        }
    }

    /// Returns the bases from the first coding one to the last.
    pub fn coding(&self) -> Option<Interval> {
        self.cds.iter().copied().reduce(Interval::hull)
    }
}

impl<'c> Models<'c> {
    /// Prepares what is asked of a database.
    pub fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            tree: Tree::new(connection)?,
            extents: Extents::new(connection)?,
            children: Vec::new(),
            parts: Parts::default(),
        })
    }

    /// Returns parents and children.
    pub fn tree(&mut self) -> &mut Tree<'c> {
        &mut self.tree
    }

    /// Returns the classes of types.
    pub fn classes(&self) -> &Classes {
        self.tree.classes()
    }

    /// Tells where records lie.
    pub fn extents(&self) -> &Extents {
        &self.extents
    }

    /// Returns the records that are part of one, on its sequence.
    pub fn children(&mut self, of: &Passing<'_>) -> rusqlite::Result<&[Child]> {
        self.tree.children(of, &mut self.children)?;
        self.children.retain(|child| child.is_on_sequence);
        Ok(&self.children)
    }

    /// Returns the parts of a record.
    pub fn parts(&mut self, of: &Passing<'_>) -> rusqlite::Result<&Parts> {
        self.children(of)?;
        let parts = &mut self.parts;
        for list in [&mut parts.exons, &mut parts.cds, &mut parts.utrs] {
            list.clear();
        }
        for child in &self.children {
            let list = match child.class {
                Some(Class::Exon) => &mut parts.exons,
                Some(Class::Cds) => &mut parts.cds,
                Some(Class::Utr) => &mut parts.utrs,
                _ => continue,
            };
            list.extend(
                child
                    .bases
                    .map(|bases| self.extents.of(of.dataset, of.seqid, bases)),
            );
        }
        Ok(parts)
    }

    /// Returns what a record is: what its type says or, of a type that has no class, a transcript where it
    /// has exons, or is of a gene and has CDS or UTRs. A protein has CDS, and is of no gene.
    pub fn class(&mut self, of: &Passing<'_>) -> rusqlite::Result<Option<Class>> {
        let class = self.classes().of(of.ty);
        if class.is_some() || of.id.is_none() {
            return Ok(class);
        }
        self.tree.children(of, &mut self.children)?;
        let mut classes = self.children.iter().filter_map(|child| child.class);
        if classes.clone().any(|class| class == Class::Exon) {
            return Ok(Some(Class::Transcript));
        }
        if !classes.any(Class::is_part) || of.parent.is_none() {
            return Ok(None);
        }
        let mut node = Node::default();
        for parent in self.tree.parents(of)? {
            self.tree.read(parent, &mut node)?;
            if self.classes().of(node.ty.as_deref()) == Some(Class::Gene) {
                return Ok(Some(Class::Transcript));
            }
        }
        Ok(None)
    }
}

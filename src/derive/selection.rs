//! Which genes and transcripts rows are derived of.

use super::{What, described::Describer, parallel::Each};
use crate::{
    Result,
    model::{Gene, Genes, Transcript},
    query::{Database, Query, RecordSet},
};

/// Genes and transcripts that a query chose.
#[derive(Clone, Debug, Default)]
pub struct Selected {
    records: RecordSet,
    /// What is at the top of their gene models: genes, and transcripts without one.
    tops: RecordSet,
}

impl Selected {
    /// Runs a query, and keeps the genes and transcripts among its records. A gene stands for all its transcripts.
    ///
    /// # Errors
    ///
    /// What was asked does not exist, or the database fails.
    pub fn of(query: &Query<'_>) -> Result<Self> {
        let database = query.database();
        let mut selected = Self::default();
        let mut genes = Genes::new(database.connection()).map_err(|e| database.failed(e))?;
        query.each(&mut |row| {
            let record = row.record_id();
            let tops = genes.tops(record).map_err(|e| database.failed(e))?;
            if let Some((first, tops)) = tops {
                selected.records.insert(first);
                for top in tops {
                    selected.tops.insert(top);
                }
            }
            Ok(())
        })?;
        Ok(selected)
    }

    /// Tells whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Tells whether a transcript, or its gene, is among them.
    pub(super) fn has(&self, gene: &Gene, transcript: &Transcript) -> bool {
        self.records.contains(transcript.record) || self.has_gene(gene)
    }

    /// Tells whether a gene itself is among them.
    pub(super) fn has_gene(&self, gene: &Gene) -> bool {
        gene.record.is_some_and(|gene| self.records.contains(gene))
    }

    /// Hands on the gene models that have any of them.
    pub(super) fn each_gene(
        &self,
        database: &Database,
        what: What,
        each: &mut Each<'_>,
    ) -> Result<()> {
        let describer = Describer::new(database, what);
        let fail = |e| database.failed(e);
        let mut genes = Genes::new(database.connection()).map_err(fail)?;
        for top in self.tops.iter() {
            if let Some(gene) = genes.read(top).map_err(fail)? {
                let described = describer.describe(&gene)?;
                each(gene, described)?;
            }
        }
        Ok(())
    }
}

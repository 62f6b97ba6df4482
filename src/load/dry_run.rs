//! A load that stores nothing: what a file would give, at the speed of the parser.

use std::path::Path;

use crate::{
    Result,
    input::{BLOCK_SIZE, Blocks},
    load::{
        DatasetReport, Loader, dataset_name, layouts::Layouts, origin::Origin, parser::Parser,
        pipeline, promote::Promotion, rows::RowBuilder,
    },
};

impl Loader {
    /// Reads a file as [`Loader::load`] would, promotes and proves every record, and stores nothing;
    /// the target is not looked at.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a line is no record.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> gffdb::Result<()> {
    /// # let directory = tempfile::tempdir().unwrap();
    /// # let gff = directory.path().join("genes.gff3");
    /// # std::fs::write(&gff, "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=g0\n").unwrap();
    /// let report = gffdb::Loader::new("genes.sqlite").dry_run(&gff)?;
    /// assert_eq!(report.records, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn dry_run(&self, file: impl AsRef<Path>) -> Result<DatasetReport> {
        let file = file.as_ref();
        let input = self.open(&Origin::of_file(file))?;
        let named = [self.promote.as_slice(), &self.index].concat();
        let promotion = Promotion::new(&[], &named, self.promote_all)?;
        let layouts = Layouts::default();
        let builder = RowBuilder::new(promotion, layouts, self.values.clone(), None);
        let mut parser = Parser::new(file.into(), builder, 1, self.skip_bad_lines);
        let mut blocks = Blocks::new(input, BLOCK_SIZE).in_pieces();
        let check = || self.cancel.check();
        pipeline::run(&mut blocks, &mut parser, self.threads, |_| check(), check)?;
        let counts = parser.counts();
        Ok(DatasetReport {
            dataset: self.dataset.clone().unwrap_or_else(|| dataset_name(file)),
            lines: counts.lines,
            records: counts.records,
            skipped: counts.skipped,
            bytes: blocks.bytes(),
            truncated: blocks.input().truncated().map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dry_run_reports_what_a_load_would_and_makes_no_file() -> Result<()> {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let (file, target) = (dir.path().join("a.gff3"), dir.path().join("a.sqlite"));
        let text = "##gff-version 3\n\
                    sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tName=n;ID=g0\n\
                    not a record\n\
                    sq0\tNOODLES\tmRNA\t8\t13\t.\t+\t.\tID=t0;Parent=g0\n";
        std::fs::write(&file, text).expect("a file written");
        let mut loader = Loader::new(&target);
        loader.promote(["Name"]);
        let error = loader.dry_run(&file).err();
        let line = error.as_ref().and_then(|e| e.location()).map(|at| at.line);
        assert_eq!(line, Some(3));

        loader.skip_bad_lines(true);
        for threads in [1, 3] {
            let report = loader.threads(threads).dry_run(&file)?;
            assert!(!target.exists());
            assert_eq!(loader.load(&[&file])?.datasets, [report]);
            std::fs::remove_file(&target).expect("the database");
        }
        Ok(())
    }
}

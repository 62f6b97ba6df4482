//! The integration tests: one binary, a module per subject.

// The made-up genome.
mod demo;
// View `link`.
mod links;
// `gffdb sql`: every way to give SQL, every format, what is refused.
mod sql;
// A fresh directory a test, and commands whose failures show everything.
mod workdir;

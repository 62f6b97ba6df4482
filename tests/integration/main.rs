//! The integration tests: one binary, a module per subject.

// `gffdb check`: findings, exit codes, verdicts on real files.
mod check;
// The made-up genome.
mod demo;
// `gffdb sql`: every way to give SQL, every format, what is refused.
mod sql;
// A fresh directory a test, and commands whose failures show everything.
mod workdir;

//! The integration tests: one binary, a module per subject.

// The made-up genome.
mod demo;
// `gffdb info`: what it prints in both formats, what is refused.
mod info;
// `gffdb sql`: every way to give SQL, every format, what is refused.
mod sql;
// A fresh directory a test, and commands whose failures show everything.
mod workdir;

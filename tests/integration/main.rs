//! The integration tests: one binary, a module per subject.

// The made-up genome.
mod demo;
// The corpus, loaded and exported by every way in.
mod roundtrip;
// `gffdb sql`: every way to give SQL, every format, what is refused.
mod sql;
// A fresh directory a test, and commands whose failures show everything.
mod workdir;

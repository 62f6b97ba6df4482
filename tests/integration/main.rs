//! The integration tests: one binary, a module per subject.

// The made-up genome.
mod demo;

//! The integration tests: one binary, a module per subject.

// `gffdb convert`: options, several files, bad and odd input, query plans.
mod convert;
// `gffdb coverage`.
mod coverage;
// `gffdb nearest`.
mod nearest;
// Rows derived from gene models, and the views of them.
mod derive;
// Files added to a database.
mod append;
// View `attribute`: every attribute of every record.
mod attribute_view;
// Every file of `tests/data` and `../shared/data`, by every route.
mod corpus;
// Where these files are.
mod data;
// What users ask for of real files.
mod demands;
// Where noodles is wrong or stricter, by name.
mod departures;
// What the database holds beside what noodles reads.
mod differential;
// The properties of the fuzz targets, on their corpus and on changed files.
mod fuzz;
// `gffdb check`: findings, exit codes, verdicts on real files.
mod check;
// The made-up genome.
mod demo;
// Databases that gffdb did not make as they are.
mod hostile;
// Killed, out of room, in each other's way.
#[cfg(unix)]
mod kill;
// `-o FILE` of `gffdb query` and `gffdb sql`.
mod outputs;
// Databases read by other programs.
mod other_readers;
// Files made at random come back.
mod property;
// A database read back, independently of the program.
mod reread;
// `gffdb info`: what it prints in both formats, what is refused.
mod info;
// Edits in SQL, and what is exported then.
mod edits;
// Keys that are words of SQL, promoted.
mod promoted;
// The prompt of `gffdb sql`.
#[cfg(unix)]
mod prompt;
// `gffdb export`: where it writes, what it refuses, what it leaves when killed.
mod export;
// The corpus, loaded and exported by every way in.
mod roundtrip;
// README.md and the tutorials, run.
#[cfg(unix)]
mod docs;
// What files imply: genes, transcripts, other parents.
mod infer;
// View `link`.
mod links;
mod models;
// `gffdb query` and `gffdb alias`: formats, filters, what is not found, what is refused.
mod query;
// Many readers at once.
mod readers;
// Interrupted: what was begun is undone, and the program dies of the signal.
#[cfg(unix)]
mod signals;
// Flags that several commands share.
mod switches;
// `gffdb sql`: every way to give SQL, every format, what is refused.
mod sql;
// Threads: many, and none that start.
mod threads;
// `gffdb verify`: what it prints and how it ends.
mod verify;
// A fresh directory a test, and commands whose failures show everything.
mod workdir;

//! The history over HTTP: who sees what, what happened, edits, searches and figures.

mod figures;
mod records;

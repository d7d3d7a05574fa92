//! Long work in the background: one job at a time on each node, in small steps, so that people
//! working notice nothing. What a job has done is on file, and so is who works at it: when that one is gone,
//! another goes on from there.
//!
//! - `handle`: the way to whoever does them; `runner`: who does them; `common`: what each has
//! - `export`: consultations into a file; `spool`: what of it is on file, in parts; `sheet`: its forms; `harmless`,
//!   `wording`: its cells
//! - `test_data`: made and taken away; `dice`: chance that can be repeated

mod common;
mod dice;
mod export;
mod handle;
mod harmless;
mod runner;
mod sheet;
mod spool;
mod test_data;
mod wording;

pub use common::{Tally, Tools};
pub use dice::Dice;
pub use export::ExportParams;
pub use handle::Jobs;
pub use runner::Runner;
pub use sheet::Format;
pub use test_data::TestDataParams;

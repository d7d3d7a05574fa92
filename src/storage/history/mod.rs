//! The history: consultations to be found and summed up, and the audit.

pub mod ask_counts;
pub mod audit;
pub mod audit_list;
pub mod consultations;
pub mod due;
pub mod own_day;
pub mod pages;
pub mod search;
pub mod stats;
pub mod terms;
pub mod totals;
pub(super) mod unsummed;
pub mod waits;

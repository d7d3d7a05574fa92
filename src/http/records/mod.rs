//! What was: consultations, figures, exports, the audit.

pub(super) mod audits;
pub(super) mod consultations;
mod days;
mod job_file;
pub(super) mod jobs;
pub(super) mod own_day;
pub(super) mod stats;
pub(super) mod timeline;

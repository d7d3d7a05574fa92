//! Jobs, mail and test data.

pub mod bulk;
pub mod job_files;
pub mod jobs;
pub mod kept;
pub mod mails;
pub mod test_data;

//! Jobs, mail and test data.

pub mod bulk;
pub mod jobs;
pub mod mails;
pub mod test_data;

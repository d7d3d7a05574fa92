//! The office: lines, desks, codes, notices, canned replies.

pub mod codes;
pub mod desks;
pub mod lines;
pub mod organisation;
pub mod posts;
pub mod replies;

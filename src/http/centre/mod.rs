//! The office as it is set up: lines, desks, codes, notices, canned replies.

pub(super) mod codes;
pub(super) mod desks;
pub(super) mod lines;
pub(super) mod office;
pub(super) mod posts;
pub(super) mod replies;

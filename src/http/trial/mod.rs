//! Trying it out: test data and rehearsals.

pub(super) mod rehearsals;
pub(super) mod test_data;

//! Why a command does nothing.

use crate::storage::{OpenError, StoreError};

/// Why a command did not start, or did nothing: one line that says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(String);

impl StartError {
    /// `text` as one line, however many its source had.
    pub fn new(text: impl std::fmt::Display) -> Self {
        Self(text.to_string().split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

impl From<OpenError> for StartError {
    fn from(error: OpenError) -> Self {
        Self::new(error)
    }
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::new(format_args!("the database failed: {error}; see that it is running and start again"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_many_lines_becomes_one() {
        assert_eq!(StartError::new("a\n\tb\n").to_string(), "a b");
    }
}

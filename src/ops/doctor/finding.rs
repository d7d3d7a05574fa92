//! What a look found.

/// What a check found. The text says what is so, and what to do if it should not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    Ok(String),
    Warn(String),
    Fail(String),
}

/// What was looked at, and what was found.
pub(super) type Findings = Vec<(&'static str, Finding)>;

//! What is wrong with one field, as a code that pages have words for and as words for whoever
//! writes a client.

use serde::Serialize;
use utoipa::ToSchema;

use crate::protocol::{FaultCode, TextFault};

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldFault {
    /// Its name, or its path in the body.
    pub field: String,
    /// What is wrong with it, and what is expected.
    pub reason: String,
    /// The same as a code.
    pub code: FaultCode,
    /// The least there may be: of a number its value, of a text its characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u64>,
    /// The most there may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
}

/// What is wrong, before it is said with which field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    code: FaultCode,
    reason: String,
    min: Option<u64>,
    max: Option<u64>,
}

impl Fault {
    /// `reason` goes on after the field's name.
    pub fn new(code: FaultCode, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into(), min: None, max: None }
    }

    /// A number that is not between two others.
    pub fn range(given: impl std::fmt::Display, min: u64, max: u64) -> Self {
        let reason = format!("is {given}; {min} to {max} are allowed");
        Self { min: Some(min), max: Some(max), ..Self::new(FaultCode::Range, reason) }
    }

    /// A text of fewer characters than are needed.
    #[must_use]
    pub fn too_short(chars: usize, min: usize) -> Self {
        let reason = format!("has {chars} characters; at least {min} are needed");
        Self { min: Some(min as u64), ..Self::new(FaultCode::TooShort, reason) }
    }

    /// Said of this field.
    pub fn of(self, field: impl Into<String>) -> FieldFault {
        let Self { code, reason, min, max } = self;
        FieldFault { field: field.into(), reason, code, min, max }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)
    }
}

impl From<TextFault> for Fault {
    fn from(fault: TextFault) -> Self {
        let max = fault.max().map(|max| max as u64);
        Self { max, ..Self::new(fault.code(), fault.to_string()) }
    }
}

impl<Reason: Into<String>> From<(FaultCode, Reason)> for Fault {
    fn from((code, reason): (FaultCode, Reason)) -> Self {
        Self::new(code, reason)
    }
}

impl From<String> for Fault {
    fn from(reason: String) -> Self {
        Self::new(FaultCode::Value, reason)
    }
}

impl From<&str> for Fault {
    fn from(reason: &str) -> Self {
        reason.to_owned().into()
    }
}

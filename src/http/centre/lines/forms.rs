//! What may be said about a line, and its bounds: written once, for the checks, the errors and the
//! description of the API.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::description::described::OpeningHours;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{line, name, nullable};
use crate::http::kit::fault::Fault;
use crate::matching::Hours;
use crate::protocol::CODE_CHARS_MAX;
use crate::protocol::FaultCode;
use crate::storage::centre::lines::Line;

/// Most characters of a line's name.
const NAME_CHARS_MAX: usize = 60;
/// Most characters a ticket's number starts with.
const PREFIX_CHARS_MAX: usize = 3;
/// The last place in lists.
pub(super) const ORDER_MAX: i32 = 9_999;

/// The forms of a line, with its numbers and their bounds in each.
macro_rules! forms {
    ($($(#[$doc:meta])* $field:ident: $low:tt to $high:tt;)*) => {
        /// A line to be made; a number that is left out has the default of a new line.
        #[derive(Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct NewLine {
            /// A code of the group TOPIC; added there if it is new.
            #[schema(min_length = 1, max_length = 40, pattern = "^[A-Z][A-Z0-9_]*$")]
            pub(super) topic: String,
            /// A code of the group LANGUAGE that is in use.
            pub(super) language: String,
            /// The name in Korean.
            #[schema(min_length = 1, max_length = 60)]
            name: String,
            /// The name in English.
            #[schema(min_length = 1, max_length = 60)]
            name_en: String,
            /// What its ticket numbers start with; no two lines in use share one.
            #[schema(min_length = 1, max_length = 3, pattern = "^[A-Za-z]{1,3}$")]
            prefix: String,
            /// When it is open, by weekday: `{"mon": [["09:00", "12:00"], ["13:00", "18:00"]]}`; left
            /// out or null, always.
            #[schema(value_type = Option<OpeningHours>)]
            hours: Option<Value>,
            $($(#[$doc])* #[schema(minimum = $low, maximum = $high)] $field: Option<u32>,)*
            /// Place in lists; the last if left out. Of the lines of a topic the first is given to whom
            /// no language is.
            #[schema(minimum = 0, maximum = 9999)]
            pub(super) order: Option<i32>,
            /// Whether it may be asked for; true if left out.
            in_use: Option<bool>,
        }

        /// An edit; what is left out stays. Topic and language are what the line is, and stay.
        #[derive(Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct LineEdit {
            /// The version that was read.
            pub(super) version: i32,
            /// The name in Korean.
            #[schema(min_length = 1, max_length = 60)]
            name: Option<String>,
            /// The name in English.
            #[schema(min_length = 1, max_length = 60)]
            name_en: Option<String>,
            /// What its ticket numbers start with; no two lines in use share one.
            #[schema(min_length = 1, max_length = 3, pattern = "^[A-Za-z]{1,3}$")]
            prefix: Option<String>,
            /// When it is open, by weekday; null is always.
            #[serde(default, deserialize_with = "nullable")]
            #[schema(value_type = Option<OpeningHours>)]
            hours: Option<Option<Value>>,
            $($(#[$doc])* #[schema(minimum = $low, maximum = $high)] $field: Option<u32>,)*
            /// Place in lists.
            #[schema(minimum = 0, maximum = 9999)]
            order: Option<i32>,
            /// Whether it may be asked for. Taken out of use, what waits in it goes on.
            in_use: Option<bool>,
        }

        /// How a line behaves; seconds where the name ends in `_s` or `_s_max`.
        #[derive(Debug, Serialize, ToSchema)]
        pub struct LineSettings {
            #[schema(required = false)]
            prefix: String,
            #[schema(value_type = Option<OpeningHours>, required = false)]
            hours: Option<Value>,
            $($(#[$doc])* #[schema(required = false)] $field: u32,)*
            #[schema(required = false)]
            order: i32,
            #[schema(required = false)]
            in_use: bool,
            #[schema(required = false)]
            version: i32,
        }

        impl NewLine {
            /// Puts it into `line`, checked.
            pub(super) fn put_into(self, line: &mut Line) -> Result<(), AppError> {
                line.name = name("name", &self.name, NAME_CHARS_MAX)?;
                line.name_en = name("name_en", &self.name_en, NAME_CHARS_MAX)?;
                line.prefix = prefix(&self.prefix)?;
                line.hours = hours(self.hours)?;
                $(number(stringify!($field), self.$field, $low, $high, &mut line.$field)?;)*
                order(self.order, line)?;
                line.in_use = self.in_use.unwrap_or(line.in_use);
                Ok(())
            }
        }

        impl LineEdit {
            /// Puts it into `line`, checked.
            pub(super) fn put_into(&self, line: &mut Line) -> Result<(), AppError> {
                if let Some(given) = &self.name {
                    line.name = name("name", given, NAME_CHARS_MAX)?;
                }
                if let Some(name_en) = &self.name_en {
                    line.name_en = name("name_en", name_en, NAME_CHARS_MAX)?;
                }
                if let Some(given) = &self.prefix {
                    line.prefix = prefix(given)?;
                }
                if let Some(given) = &self.hours {
                    line.hours = hours(given.clone())?;
                }
                $(number(stringify!($field), self.$field, $low, $high, &mut line.$field)?;)*
                order(self.order, line)?;
                line.in_use = self.in_use.unwrap_or(line.in_use);
                Ok(())
            }
        }

        impl LineSettings {
            pub(super) fn of(line: &Line) -> Self {
                Self {
                    prefix: line.prefix.clone(),
                    hours: line.hours.as_deref().and_then(|hours| serde_json::from_str(hours).ok()),
                    $($field: line.$field,)*
                    order: line.line_order,
                    in_use: line.in_use,
                    version: line.version,
                }
            }
        }
    };
}

forms! {
    /// Seconds to answer an offer; 0 assigns without asking.
    accept_s: 0 to 600;
    /// Longest wait in seconds.
    wait_s_max: 1 to 86400;
    /// Most tickets waiting; 0 lets nobody in.
    waiting_max: 0 to 100000;
    /// Seconds a dropped desk or seat is held.
    grace_s: 0 to 3600;
    /// Seconds to write up; 0 is no wrap-up phase. A room has one or none as it was when it opened.
    wrap_up_s: 0 to 3600;
    /// Offers missed in a row before a counsellor is paused; 0 never pauses.
    misses_max: 0 to 100;
    /// Seconds after which one more tier may be asked; 0 asks all at once.
    widen_s: 0 to 86400;
    /// Seconds after which a ticket that all have declined is offered again.
    retry_s: 1 to 3600;
    /// Seconds a ticket waits while nobody is on duty; 0 refuses at once.
    unstaffed_s: 0 to 86400;
}

/// The topic's code: capitals, digits and underscores.
pub(super) fn topic(given: &str) -> Result<String, AppError> {
    let topic = line("topic", given, CODE_CHARS_MAX)?;
    let is_code = topic.starts_with(|first: char| first.is_ascii_uppercase())
        && topic.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if is_code {
        Ok(topic)
    } else {
        let reason = "is not a code; give capitals A to Z, digits and _, such as TAX_2";
        Err(AppError::out_of_bounds("topic", (FaultCode::Form, reason)))
    }
}

fn prefix(given: &str) -> Result<String, AppError> {
    let fits = (1..=PREFIX_CHARS_MAX).contains(&given.len()) && given.chars().all(|c| c.is_ascii_alphabetic());
    if fits {
        Ok(given.to_ascii_uppercase())
    } else {
        let reason = format!("is {given:?}; give 1 to {PREFIX_CHARS_MAX} letters A to Z");
        Err(AppError::out_of_bounds("prefix", (FaultCode::Form, reason)))
    }
}

fn hours(given: Option<Value>) -> Result<Option<String>, AppError> {
    let Some(plan) = given else { return Ok(None) };
    let plan = plan.to_string();
    let refused =
        |fault| AppError::out_of_bounds("hours", (FaultCode::Form, format!("are not opening hours: {fault}")));
    Hours::parse(&plan).map_err(refused)?;
    Ok(Some(plan))
}

fn number(field: &'static str, given: Option<u32>, low: u32, high: u32, into: &mut u32) -> Result<(), AppError> {
    let Some(given) = given else { return Ok(()) };
    if !(low..=high).contains(&given) {
        return Err(AppError::out_of_bounds(field, Fault::range(given, low.into(), high.into())));
    }
    *into = given;
    Ok(())
}

fn order(given: Option<i32>, line: &mut Line) -> Result<(), AppError> {
    let Some(given) = given else { return Ok(()) };
    if !(0..=ORDER_MAX).contains(&given) {
        return Err(AppError::out_of_bounds("order", Fault::range(given, 0, ORDER_MAX.unsigned_abs().into())));
    }
    line.line_order = given;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn edited(edit: Value) -> Result<Line, AppError> {
        let mut line = Line::with_defaults(1.into(), "TAX", "ko", "세금", "Tax", "T");
        let edit: LineEdit = serde_json::from_value(edit).unwrap();
        edit.put_into(&mut line).map(|()| line)
    }

    #[test]
    fn an_edit_changes_what_it_names() {
        let line = edited(json!({"version": 1, "prefix": "tx", "wrap_up_s": 60, "hours": null})).unwrap();
        assert_eq!((line.prefix.as_str(), line.wrap_up_s, line.accept_s), ("TX", 60, 20));
        let line = edited(json!({"version": 1, "hours": {"mon": [["09:00", "18:00"]]}})).unwrap();
        assert_eq!(line.hours.as_deref(), Some(r#"{"mon":[["09:00","18:00"]]}"#));
    }

    #[test]
    fn every_bound_is_kept_and_named() {
        for (edit, named) in [
            (json!({"version": 1, "wait_s_max": 0}), "1 to 86400"),
            (json!({"version": 1, "accept_s": 601}), "0 to 600"),
            (json!({"version": 1, "retry_s": 0}), "1 to 3600"),
            (json!({"version": 1, "order": -1}), "0 to 9999"),
            (json!({"version": 1, "name": " "}), "name"),
            (json!({"version": 1, "prefix": "ABCD"}), "1 to 3 letters"),
            (json!({"version": 1, "prefix": "가"}), "1 to 3 letters"),
            (json!({"version": 1, "hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}), "overlap"),
        ] {
            let error = edited(edit.clone()).unwrap_err().to_string();
            assert!(error.contains(named), "{edit}: {error}");
        }
    }

    #[test]
    fn a_topic_is_a_code() {
        assert!(topic("TAX_2").is_ok());
        for wrong in ["", "tax", "2TAX", "세금", "A B", &"A".repeat(41)] {
            assert!(topic(wrong).is_err(), "{wrong}");
        }
    }
}

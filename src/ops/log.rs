//! The log, on the standard error: for people, or an object a line for collectors.

use std::io::Write as _;

use env_logger::{Builder, Env};
use log::kv::{Key, Value, VisitSource};
use serde_json::Map;

use crate::config::LogForm;

/// What is logged unless RUST_LOG says otherwise. The dispatcher has a line for whatever a stranger sends that
/// is no HTTP: it is counted instead (`http::listener`).
const FILTER: &str = "info,actix_server=warn,actix_web_prom=error,actix_http::h1::dispatcher=off";

/// Starts the log. A second call, as by several servers in one test process, changes nothing.
pub fn start(form: LogForm) {
    let mut builder = Builder::from_env(Env::default().default_filter_or(FILTER));
    if form == LogForm::Json {
        builder.format(|out, record| writeln!(out, "{}", json(record)));
    } else {
        builder.format_timestamp_millis();
    }
    // The only error is that a log is there already.
    let _ = builder.try_init();
}

fn json(record: &log::Record<'_>) -> serde_json::Value {
    let mut fields = Fields(Map::new());
    // What cannot be read is left out; the rest of the line is worth having.
    let _ = record.key_values().visit(&mut fields);
    let at = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    let mut line = fields.0;
    line.insert("at".into(), at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true).into());
    line.insert("level".into(), record.level().as_str().into());
    line.insert("target".into(), record.target().into());
    line.insert("message".into(), record.args().to_string().into());
    line.into()
}

struct Fields(Map<String, serde_json::Value>);

impl<'kvs> VisitSource<'kvs> for Fields {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), log::kv::Error> {
        let value = serde_json::to_value(&value).unwrap_or_else(|_| value.to_string().into());
        self.0.insert(key.to_string(), value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_object_with_its_fields() {
        let pairs = [("status", Value::from(200_u16)), ("path", Value::from("/desk"))];
        let line = json(&log::Record::builder().args(format_args!("request\n2")).key_values(&pairs).build());
        assert_eq!(
            (&line["status"], &line["path"], &line["message"]),
            (&200.into(), &"/desk".into(), &"request\n2".into())
        );
        assert!(!line.to_string().contains('\n'));
    }
}

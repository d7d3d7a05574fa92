//! The log, on the standard error: for people, or an object a line for collectors.

use std::io::Write as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use env_logger::{Builder, Env, Logger};
use log::kv::{Key, Value, VisitSource};
use log::{LevelFilter, Log, Metadata, Record};
use serde_json::Map;

use crate::config::LogForm;

/// What is logged unless RUST_LOG says otherwise. The dispatcher has a line for whatever a stranger sends that
/// is no HTTP: it is counted instead (`http::server::listener`).
const FILTER: &str = "info,actix_server=warn,actix_web_prom=error,actix_http::h1::dispatcher=off";
/// What our own lines begin with.
const OWN: &str = "anteroom";

static LOG: OnceLock<TheLog> = OnceLock::new();

/// One filter for every day, and one that lets more of our own lines through.
struct TheLog {
    usual: Logger,
    more: Logger,
    says_more: AtomicBool,
}

/// Starts the log. A second call, as by several servers in one test process, changes nothing.
pub fn start(form: LogForm) {
    let more = builder(form).filter_module(OWN, LevelFilter::Debug).build();
    let log = LOG.get_or_init(|| TheLog { usual: builder(form).build(), more, says_more: AtomicBool::new(false) });
    // The only error is that a log is there already.
    if log::set_logger(log).is_ok() {
        log::set_max_level(log.usual.filter());
    }
}

/// From here on our own lines are in the log at `debug`, or as usual.
pub fn say_more(more: bool) {
    if let Some(log) = LOG.get() {
        log.says_more.store(more, Ordering::Relaxed);
        log::set_max_level(log.now().filter());
    }
}

impl TheLog {
    fn now(&self) -> &Logger {
        if self.says_more.load(Ordering::Relaxed) { &self.more } else { &self.usual }
    }
}

impl Log for TheLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.now().enabled(metadata)
    }

    fn log(&self, record: &Record<'_>) {
        self.now().log(record);
    }

    fn flush(&self) {
        self.now().flush();
    }
}

fn builder(form: LogForm) -> Builder {
    let mut builder = Builder::from_env(Env::default().default_filter_or(FILTER));
    if form == LogForm::Json {
        builder.format(|out, record| writeln!(out, "{}", json(record)));
    } else {
        builder.format_timestamp_millis();
    }
    builder
}

fn json(record: &Record<'_>) -> serde_json::Value {
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
    fn more_is_said_of_ours_alone_and_only_while_it_is_asked_for() {
        let level = |target: &'static str, level| Metadata::builder().target(target).level(level).build();
        let log = TheLog {
            usual: Builder::new().parse_filters(FILTER).build(),
            more: Builder::new().parse_filters(FILTER).filter_module(OWN, LevelFilter::Debug).build(),
            says_more: AtomicBool::new(false),
        };
        let says = |log: &TheLog| {
            [("anteroom::http", log::Level::Debug), ("anteroom::http", log::Level::Trace), ("h2", log::Level::Debug)]
                .map(|(target, of)| log.enabled(&level(target, of)))
        };
        assert_eq!(says(&log), [false, false, false]);
        log.says_more.store(true, Ordering::Relaxed);
        assert_eq!(says(&log), [true, false, false]);
        log.says_more.store(false, Ordering::Relaxed);
        assert_eq!(says(&log), [false, false, false]);
    }

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

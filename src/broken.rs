//! Defects that tests turn on: a harness that did not notice these would notice nothing (`tests/harness.rs`). They
//! are in builds with debug assertions alone, where the program's name turns one on, so that the tests need no second
//! build. In a release nothing can be broken.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// Says of a message that it is on file before it is.
    EarlyAck,
    /// A ticket may be matched as often as anybody likes, and whoever proposes, gets.
    UnconditionalMatch,
    /// The late stop of an old socket takes away what is the newer one's.
    LateStop,
    /// What was said to whoever matched before, and not answered, is not said again to whoever matches next.
    NoSecondSay,
}

#[cfg(all(debug_assertions, release))]
compile_error!("a release is built without debug assertions: with them it could be broken by its name");

/// Whether this server has the defect.
#[cfg(not(debug_assertions))]
#[must_use]
pub const fn is_broken(_: Defect) -> bool {
    false
}

/// Whether this server has the defect: its program's name says so.
#[cfg(debug_assertions)]
#[must_use]
pub fn is_broken(defect: Defect) -> bool {
    static NAMED: std::sync::LazyLock<Option<Defect>> = std::sync::LazyLock::new(|| {
        let program = std::env::args_os().next()?;
        match std::path::Path::new(&program).file_name()?.to_str()? {
            "early-ack" => Some(Defect::EarlyAck),
            "unconditional-match" => Some(Defect::UnconditionalMatch),
            "late-stop" => Some(Defect::LateStop),
            "no-second-say" => Some(Defect::NoSecondSay),
            _ => None,
        }
    });
    *NAMED == Some(defect)
}

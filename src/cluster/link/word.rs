//! The words of the links' own; none of them has a number.

/// The other's end is asked to ask: we are there, and the other has the smaller id.
pub(super) const INVITE: &str = "invite";
/// Asks for a session, with half a name.
pub(super) const HELLO: &str = "hello";
/// Answers with both halves.
pub(super) const AGREED: &str = "agreed";
/// Acknowledges, and says that we are there.
pub(super) const BEAT: &str = "beat";
/// Asks for what is missing: from the number acknowledged to the one in the body.
pub(super) const GAP: &str = "gap";
/// The session it names is over.
pub(super) const BROKEN: &str = "broken";

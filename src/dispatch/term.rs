//! The term is over: another matches. What is said and written on behalf of one that is over is refused by the
//! records, and must not be believed by people either.

use super::input::{Effect, Input};
use super::parcels::{FromFront, NodeSocket};
use super::visits::refuse;
use super::{Dispatch, Out};
use crate::protocol::ErrorCode;

impl Dispatch {
    /// The records have it that another holds the lease. Whatever is still on its way comes to nothing.
    pub(super) fn lose_term(&mut self, out: &mut Out<'_>) {
        self.is_term_lost = true;
        out.push(Effect::TermLost);
    }

    /// Who asks is sent on; of all else the one who matches now knows better.
    pub(super) fn refuse_after_term(input: Input, out: &mut Out<'_>) {
        if let Input::From { node, parcel: FromFront::Ask(ask) } = input {
            let detail = "this server does not match any more; ask again in a moment";
            refuse(NodeSocket { node, socket: ask.from }, &ask, ErrorCode::Busy, detail.into(), out);
        }
    }
}

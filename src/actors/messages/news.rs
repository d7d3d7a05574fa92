//! To whoever sits at a socket.

use actix::prelude::*;

/// News for the peer, in an envelope of our own so that one handler serves every kind of peer.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct News<N: Message<Result = ()> + Send>(pub(in crate::actors) N);

//! The way to the matchmaker, while this node has it.

use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};

use actix::dev::ToEnvelope;
use actix::prelude::*;

use super::Matchmaker;

/// The way to the matchmaker of this node, for all who ask or tell it. A node alone has it from start to end; in a
/// cluster it comes with a term and goes with it. Cheap to clone; all clones know the same.
#[derive(Clone, Default)]
pub struct MatchmakerHere(Arc<RwLock<Option<Addr<Matchmaker>>>>);

impl MatchmakerHere {
    /// It is here from now on, or no more.
    pub(in crate::actors) fn put(&self, matchmaker: Option<Addr<Matchmaker>>) -> Option<Addr<Matchmaker>> {
        let mut here = self.0.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *here, matchmaker)
    }

    fn get(&self) -> Option<Addr<Matchmaker>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(in crate::actors) fn is_here(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Asks it. [`MailboxError::Closed`] if it is not here.
    pub fn send<M>(&self, message: M) -> impl Future<Output = Result<M::Result, MailboxError>> + use<M>
    where
        M: Message<Result: Send> + Send + 'static,
        Matchmaker: Handler<M>,
        Context<Matchmaker>: ToEnvelope<Matchmaker, M>,
    {
        let asked = self.get().map(|matchmaker| matchmaker.send(message));
        async move {
            match asked {
                Some(asked) => asked.await,
                None => Err(MailboxError::Closed),
            }
        }
    }

    /// Tells it. Nothing if it is not here.
    pub fn do_send<M>(&self, message: M)
    where
        M: Message<Result: Send> + Send + 'static,
        Matchmaker: Handler<M>,
        Context<Matchmaker>: ToEnvelope<Matchmaker, M>,
    {
        if let Some(matchmaker) = self.get() {
            matchmaker.do_send(message);
        }
    }
}

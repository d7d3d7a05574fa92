//! The way to whoever matches: at this node while it has the lease, else at another.

use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};

use actix::dev::ToEnvelope;
use actix::prelude::*;

use super::Matchmaker;
use crate::actors::messages::{Question, ask_node};
use crate::nodes::{Joined, Matchmaker as At, NoAnswer};

/// The way to the matchmaker of this node, for all who ask or tell it. A node alone has it from start to end; in a
/// cluster it comes with a term and goes with it. What is asked with [`Self::ask`] is asked wherever it is. Cheap to
/// clone; all clones know the same.
#[derive(Clone, Default)]
pub struct WayToMatchmaker {
    here: Arc<RwLock<Option<Addr<Matchmaker>>>>,
    /// Those it may be with, among several nodes.
    joined: Option<Joined>,
}

impl WayToMatchmaker {
    pub(in crate::actors) fn among(joined: Option<Joined>) -> Self {
        Self { here: Arc::default(), joined }
    }

    /// It is here from now on, or no more.
    pub(in crate::actors) fn put(&self, matchmaker: Option<Addr<Matchmaker>>) -> Option<Addr<Matchmaker>> {
        let mut here = self.here.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *here, matchmaker)
    }

    fn get(&self) -> Option<Addr<Matchmaker>> {
        self.here.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether this node matches.
    #[must_use]
    pub fn is_here(&self) -> bool {
        self.here.read().unwrap_or_else(PoisonError::into_inner).is_some()
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

    /// Asks whoever matches, wherever that is.
    ///
    /// # Errors
    ///
    /// [`NoAnswer`]: nobody matches now, or they do not answer in time.
    pub async fn ask<Q>(&self, question: Q) -> Result<Q::Result, NoAnswer>
    where
        Q: Question,
        Matchmaker: Handler<Q>,
        Context<Matchmaker>: ToEnvelope<Matchmaker, Q>,
    {
        if let Some(matchmaker) = self.get() {
            return matchmaker.send(question).await.map_err(|_| NoAnswer);
        }
        match self.joined.as_ref().map(|joined| (joined, joined.cluster.matchmaker())) {
            Some((joined, At::There(node))) => ask_node(joined, node, &question).await,
            Some((_, At::Here(_) | At::None)) | None => Err(NoAnswer),
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

//! Every open socket of this node, and every stream of people who are logged in: counted per network
//! and per desk, closable by log-in, by account, by desk, and all together when the node drains.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::outbox::Outbox;
use super::scopes::{ScopeMark, Scopes};
use crate::ids::{AccountId, DeskId, SessionId};
use crate::network::Network;
use crate::protocol::CloseCode;

/// A drain closes sockets in waves this far apart, so that not all come back at once.
const WAVE: Duration = Duration::from_millis(100);

/// To whom a socket belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SocketOwner {
    pub(crate) network: Network,
    pub(crate) who: SocketUser,
}

/// A desk's key, told from all others: by the hash of it that is on file, which need not lie about here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyMark(u64);

impl KeyMark {
    /// Of the key with this hash.
    #[must_use]
    pub fn of(key_hash: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        key_hash.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// What a desk was let in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskCheck {
    /// Before its key was looked at, see [`Sockets::moment`].
    pub moment: u64,
    /// The key it showed; `None` at the public desk.
    pub key: Option<KeyMark>,
}

/// Who sits at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SocketUser {
    /// A visitor at the public desk.
    Public,
    /// A registered desk.
    Desk {
        desk: DeskId,
        /// How many sockets it may have.
        max: u32,
        /// What it was let in by.
        checked: DeskCheck,
    },
    /// Somebody who is logged in, with the log-in session that let them in.
    Staff(AccountId, SessionId),
    /// The same at the socket of a room.
    Participant(AccountId, SessionId),
}

/// Whose sockets and streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketsOf {
    /// All of an account.
    Account(AccountId),
    /// All of an account but those of one log-in.
    OthersOf(AccountId, SessionId),
    /// Those of one log-in, or of one API token.
    Session(SessionId),
}

impl SocketUser {
    fn staff(self) -> Option<(AccountId, SessionId)> {
        match self {
            Self::Staff(account, session) | Self::Participant(account, session) => Some((account, session)),
            Self::Public | Self::Desk { .. } => None,
        }
    }

    /// Which desk, and the key it showed.
    fn shown(self) -> Option<(DeskId, KeyMark)> {
        match self {
            Self::Desk { desk, checked, .. } => Some((desk, checked.key?)),
            _ => None,
        }
    }
}

impl SocketsOf {
    fn covers(self, account: AccountId, session: SessionId) -> bool {
        match self {
            Self::Account(whose) => whose == account,
            Self::OthersOf(whose, kept) => whose == account && session != kept,
            Self::Session(whose) => whose == session,
        }
    }
}

/// A stream of events that somebody logged in has open; counted until dropped.
pub struct StaffStream {
    sockets: Sockets,
    generation: u64,
    ended: Arc<Notify>,
}

impl StaffStream {
    /// Waits until the access that opened it was taken away.
    pub async fn ended(&self) {
        self.ended.notified().await;
    }
}

impl Drop for StaffStream {
    fn drop(&mut self) {
        self.sockets.lock().streams.remove(&self.generation);
    }
}

#[derive(Default)]
struct Inner {
    /// By generation, so in the order they were opened.
    open: BTreeMap<u64, (SocketOwner, Outbox)>,
    /// Streams of people who are logged in.
    streams: HashMap<u64, (AccountId, SessionId, Arc<Notify>)>,
    /// As many entries as networks have a socket open.
    by_network: HashMap<Network, u32>,
    /// By what scope people were let in who follow rooms.
    scopes: Scopes,
    /// When access was last taken away from a desk, in generations; as many as there are desks.
    ended_desks: HashMap<DeskId, u64>,
}

impl Inner {
    /// Whose sockets of rooms and streams are open.
    fn following(&self) -> impl Iterator<Item = AccountId> {
        let at_sockets = self.open.values().filter_map(|(owner, _)| match owner.who {
            SocketUser::Participant(account, _) => Some(account),
            _ => None,
        });
        at_sockets.chain(self.streams.values().map(|(account, ..)| *account))
    }
}

/// Counts sockets per network and closes them when they must go. Cheap to clone.
#[derive(Clone, Default)]
pub struct Sockets {
    inner: Arc<Mutex<Inner>>,
    generation: Arc<AtomicU64>,
    emptied: Arc<Notify>,
}

impl Sockets {
    /// Whether one more socket from `network` is within `max`. Asked by the gate before the
    /// upgrade; answered with 429 otherwise.
    #[must_use]
    pub fn has_room(&self, network: Network, max: u32) -> bool {
        self.lock().by_network.get(&network).is_none_or(|&count| count < max)
    }

    /// How many are open now.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().open.len()
    }

    /// Access was taken away: closes the sockets with 4003 and ends the streams.
    pub fn end(&self, whose: SocketsOf) {
        let inner = self.lock();
        for (owner, outbox) in inner.open.values() {
            if owner.who.staff().is_some_and(|(account, session)| whose.covers(account, session)) {
                outbox.shut(CloseCode::NotAllowed);
            }
        }
        for (account, session, ended) in inner.streams.values() {
            if whose.covers(*account, *session) {
                // Kept for a stream that does not listen at this moment.
                ended.notify_one();
            }
        }
    }

    /// Of what an account may know has changed: its sockets of rooms close with 1013 and its streams
    /// end; all pass the gate again when they come back.
    pub fn send_back(&self, account: AccountId) {
        let mut inner = self.lock();
        for (owner, outbox) in inner.open.values() {
            if matches!(owner.who, SocketUser::Participant(of, _) if of == account) {
                outbox.shut(CloseCode::Overloaded);
            }
        }
        for (_, _, ended) in inner.streams.values().filter(|(of, _, _)| *of == account) {
            ended.notify_one();
        }
        inner.scopes.forget(account);
    }

    /// A socket of a room or a stream of this account opens, and this is of what it may know as far as is on file.
    pub fn let_in_by(&self, account: AccountId, scope: ScopeMark) {
        let mut inner = self.lock();
        let is_open = inner.following().any(|of| of == account);
        inner.scopes.let_in(account, scope, is_open);
    }

    /// Those who have a socket of a room or a stream open, each with the scope they were let in by, the oldest if there
    /// were several.
    #[must_use]
    pub fn scopes(&self) -> Vec<(AccountId, ScopeMark)> {
        let inner = self.lock();
        let following: BTreeSet<AccountId> = inner.following().collect();
        following.into_iter().filter_map(|account| Some((account, inner.scopes.of(account)?))).collect()
    }

    /// Somebody logged in opens a stream.
    #[must_use]
    pub fn stream(&self, account: AccountId, session: SessionId) -> StaffStream {
        let (generation, ended) = (self.next_generation(), Arc::<Notify>::default());
        self.lock().streams.insert(generation, (account, session, ended.clone()));
        StaffStream { sockets: self.clone(), generation, ended }
    }

    /// The log-ins and API tokens that have a socket or a stream open, each once.
    #[must_use]
    pub fn staff(&self) -> Vec<(AccountId, SessionId)> {
        let inner = self.lock();
        let at_sockets = inner.open.values().filter_map(|(owner, _)| owner.who.staff());
        let at_streams = inner.streams.values().map(|(account, session, _)| (*account, *session));
        at_sockets.chain(at_streams).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// A moment, in generations. Take it before a desk's key is looked at: if access is taken away
    /// between that look and the opening of the socket, the socket closes as it opens.
    #[must_use]
    pub fn moment(&self) -> u64 {
        self.next_generation()
    }

    /// Access was taken away: closes the sockets of a registered desk with 4003, also those about
    /// to open with what they were let in by.
    pub fn end_desk(&self, desk: DeskId) {
        let now = self.next_generation();
        let mut inner = self.lock();
        inner.ended_desks.insert(desk, now);
        for (owner, outbox) in inner.open.values() {
            if matches!(owner.who, SocketUser::Desk { desk: of, .. } if of == desk) {
                outbox.shut(CloseCode::NotAllowed);
            }
        }
    }

    /// The registered desks that have a socket open, each with the key it showed, each pair once.
    #[must_use]
    pub fn desks(&self) -> Vec<(DeskId, KeyMark)> {
        let inner = self.lock();
        let shown = inner.open.values().filter_map(|(owner, _)| owner.who.shown());
        shown.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The key is no longer the desk's: closes what it was shown for with 4003, and leaves alone what was let in by
    /// another.
    pub fn end_key(&self, desk: DeskId, key: KeyMark) {
        let inner = self.lock();
        for (_, outbox) in inner.open.values().filter(|(owner, _)| owner.who.shown() == Some((desk, key))) {
            outbox.shut(CloseCode::NotAllowed);
        }
    }

    /// Closes all with 1001, spread over `over`, and returns when none is left or `at_most` has
    /// passed.
    pub async fn drain(&self, over: Duration, at_most: Duration) {
        let drained = async {
            let all: Vec<Outbox> = self.lock().open.values().map(|(_, outbox)| outbox.clone()).collect();
            let waves = (over.as_millis() / WAVE.as_millis()).max(1) as usize;
            for wave in all.chunks(all.len().div_ceil(waves).max(1)) {
                wave.iter().for_each(|outbox| outbox.shut(CloseCode::Draining));
                tokio::time::sleep(WAVE).await;
            }
            loop {
                let emptied = self.emptied.notified();
                // A socket that opened after the list was made is closed, too.
                let left: Vec<Outbox> = self.lock().open.values().map(|(_, outbox)| outbox.clone()).collect();
                if left.is_empty() {
                    return;
                }
                left.iter().for_each(|outbox| outbox.shut(CloseCode::Draining));
                emptied.await;
            }
        };
        let _ = tokio::time::timeout(at_most, drained).await;
    }

    /// A number for a new socket, higher than any before.
    pub(crate) fn next_generation(&self) -> u64 {
        self.generation.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A socket is open. A registered desk with too many loses its oldest: a kiosk that crashed leaves a dead socket
    /// for a while and must not be locked out by it. One that is closing already is no surplus: a live one would go
    /// in its stead.
    pub(crate) fn opened(&self, owner: SocketOwner, outbox: Outbox) {
        let mut inner = self.lock();
        *inner.by_network.entry(owner.network).or_default() += 1;
        inner.open.insert(outbox.generation(), (owner, outbox.clone()));
        let SocketUser::Desk { desk, max, checked } = owner.who else { return };
        if inner.ended_desks.get(&desk).is_some_and(|ended| *ended > checked.moment) {
            return outbox.shut(CloseCode::NotAllowed);
        }
        let live: Vec<&Outbox> = inner
            .open
            .values()
            .filter(|(other, outbox)| {
                matches!(other.who, SocketUser::Desk { desk: of, .. } if of == desk) && !outbox.is_shut()
            })
            .map(|(_, outbox)| outbox)
            .collect();
        let surplus = live.len().saturating_sub(max as usize);
        live[..surplus].iter().for_each(|outbox| outbox.shut(CloseCode::Replaced));
    }

    /// A socket is gone.
    pub(crate) fn closed(&self, generation: u64) {
        let mut inner = self.lock();
        let Some((owner, _)) = inner.open.remove(&generation) else { return };
        if let Some(count) = inner.by_network.get_mut(&owner.network) {
            *count -= 1;
            if *count == 0 {
                inner.by_network.remove(&owner.network);
            }
        }
        if inner.open.is_empty() {
            self.emptied.notify_waiters();
        }
    }

    /// Nothing in here can be left half done, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use actix::prelude::*;

    use super::super::outbox::Out;
    use super::*;

    struct Nobody;
    impl Actor for Nobody {
        type Context = Context<Self>;
    }
    impl Handler<Out> for Nobody {
        type Result = ();
        fn handle(&mut self, _: Out, _: &mut Context<Self>) {}
    }

    const KIOSK: u128 = 1;

    fn open(sockets: &Sockets, desk: u128, moment: u64) -> Outbox {
        open_with(sockets, desk, moment, "first")
    }

    fn open_with(sockets: &Sockets, desk: u128, moment: u64, key: &str) -> Outbox {
        let checked = DeskCheck { moment, key: Some(KeyMark::of(key)) };
        let outbox = Outbox::new(Nobody.start().recipient(), sockets.next_generation());
        let who = SocketUser::Desk { desk: desk.into(), max: 2, checked };
        sockets.opened(SocketOwner { network: Network::of([127, 0, 0, 1].into()), who }, outbox.clone());
        outbox
    }

    #[actix::test]
    async fn a_desk_with_too_many_sockets_loses_its_oldest() {
        let sockets = Sockets::default();
        let [first, second, third] = [(); 3].map(|()| open(&sockets, KIOSK, sockets.moment()));
        assert!(first.is_shut() && !second.is_shut() && !third.is_shut());
    }

    #[actix::test]
    async fn a_socket_that_is_closing_already_costs_no_live_one() {
        let sockets = Sockets::default();
        let [first, second] = [(); 2].map(|()| open(&sockets, KIOSK, sockets.moment()));
        second.closing();
        let third = open(&sockets, KIOSK, sockets.moment());
        assert!(!first.is_shut() && !third.is_shut());
    }

    #[actix::test]
    async fn a_key_that_is_no_longer_the_desks_closes_what_it_opened_and_nothing_else() {
        let sockets = Sockets::default();
        let [first, second, other] = [(KIOSK, "first"), (KIOSK, "second"), (7, "first")]
            .map(|(desk, key)| open_with(&sockets, desk, sockets.moment(), key));
        let mark = KeyMark::of;
        let open = [(KIOSK.into(), mark("first")), (KIOSK.into(), mark("second")), (7.into(), mark("first"))];
        assert_eq!(sockets.desks().into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(open));
        sockets.end_key(KIOSK.into(), mark("first"));
        assert!(first.is_shut() && !second.is_shut() && !other.is_shut());
    }

    #[actix::test]
    async fn access_taken_away_closes_also_what_was_let_in_just_before() {
        let sockets = Sockets::default();
        let checked = sockets.moment();
        let open_before = open(&sockets, KIOSK, checked);
        let other = open(&sockets, 7, checked);
        sockets.end_desk(KIOSK.into());
        assert!(open_before.is_shut() && !other.is_shut());
        assert!(open(&sockets, KIOSK, checked).is_shut());
        assert!(!open(&sockets, KIOSK, sockets.moment()).is_shut());
    }
}

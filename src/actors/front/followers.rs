//! Who follows a waiting ticket by a stream of this node.

use std::collections::HashMap;

use tokio::sync::mpsc;

use crate::actors::messages::FOLLOWERS_MAX;
use crate::dispatch::TicketEvent;
use crate::ids::TicketId;

/// Events a slow follower may fall behind before it is dropped.
const BEHIND_MAX: usize = 16;

/// The followers, by the ticket they follow.
#[derive(Default)]
pub(super) struct Followers(HashMap<TicketId, Vec<mpsc::Sender<TicketEvent>>>);

impl Followers {
    /// One more follows. `None` if there are [`FOLLOWERS_MAX`] already.
    pub(super) fn join(&mut self, ticket: TicketId) -> Option<mpsc::Receiver<TicketEvent>> {
        let followers = self.0.entry(ticket).or_default();
        followers.retain(|follower| !follower.is_closed());
        if followers.len() >= FOLLOWERS_MAX {
            return None;
        }
        let (follower, events) = mpsc::channel(BEHIND_MAX);
        followers.push(follower);
        Some(events)
    }

    /// Those that are followed.
    pub(super) fn tickets(&self) -> Vec<TicketId> {
        self.0.keys().copied().collect()
    }

    /// Tells them; the last event ends their streams.
    pub(super) fn tell(&mut self, event: &TicketEvent) {
        let (ticket, is_last) = event.about();
        let Some(followers) = self.0.get_mut(&ticket) else { return };
        followers.retain(|follower| follower.try_send(event.clone()).is_ok());
        if is_last || followers.is_empty() {
            self.0.remove(&ticket);
        }
    }

    /// Who has gone follows no more.
    pub(super) fn prune(&mut self, ticket: TicketId) {
        if let Some(followers) = self.0.get_mut(&ticket) {
            followers.retain(|follower| !follower.is_closed());
            if followers.is_empty() {
                self.0.remove(&ticket);
            }
        }
    }

    /// Nothing more is told of the ticket: the streams end.
    pub(super) fn forget(&mut self, ticket: TicketId) {
        self.0.remove(&ticket);
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::error::TryRecvError;

    use super::*;

    #[test]
    fn who_was_refused_takes_nobody_along_and_the_end_of_a_ticket_ends_all() {
        let (mut followers, ticket) = (Followers::default(), TicketId::from(1));
        let (refused, mut stays) = (followers.join(ticket), followers.join(ticket).expect("room for two"));
        drop(refused);
        followers.prune(ticket);
        assert_eq!(stays.try_recv().unwrap_err(), TryRecvError::Empty);
        let more: Vec<_> = (1..FOLLOWERS_MAX).map(|_| followers.join(ticket)).collect();
        assert!(more.iter().all(Option::is_some) && followers.join(ticket).is_none());
        followers.forget(ticket);
        assert_eq!(stays.try_recv().unwrap_err(), TryRecvError::Disconnected);
        assert!(followers.0.is_empty());
    }
}

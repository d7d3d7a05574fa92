//! What other nodes have named as changed (`edited`, there): looked at here, at once. Nothing is done because a hint
//! says so: the records are read, and what they say is done. A burst of edits is a few looks. Failed log-ins of other
//! nodes count here as if they had failed here.
//!
//! A hint may be lost. Lines, codes and group rooms are looked at every few seconds by whoever has them, counsellors by
//! `staff_edits`, log-ins and desks every second by `validity`; what nobody else looks at is looked at here.

use std::collections::BTreeSet;
use std::time::Duration;

use actix_web::web;
use tokio::time::{Instant, sleep_until};

use crate::actors::{CodesEdited, GroupEdited, LinesEdited, OfficeNamed};
use crate::app::App;
use crate::http::access_control::{revocation, validity};
use crate::http::kit::error::AppError;
use crate::http::{Gate, ask};
use crate::ids::{AccountId, DeskId, SessionId};
use crate::nodes::{FailedLogIn, Inbox, Joined, Named};
use crate::sockets::ScopeMark;
use crate::storage::centre::{codes, lines, organisation};
use crate::storage::people::accounts;
use crate::storage::people::scope::Scope;
use crate::work::{Remaining, Work};

/// So long after one look comes the next, however much is named meanwhile.
const PACE: Duration = Duration::from_millis(200);
/// What nobody else looks at is looked at so often, named or not.
const LOOK_EVERY: Duration = Duration::from_secs(4);

/// Looks at what others have named.
pub(crate) struct Heard {
    app: App,
    gate: web::Data<Gate>,
    named: Inbox<Named>,
    not_before: Instant,
    look_again: Instant,
}

impl Heard {
    /// The first look comes at once, named or not.
    pub(crate) fn new(app: App, gate: web::Data<Gate>, joined: &Joined) -> Self {
        let now = Instant::now();
        Self { app, gate, named: joined.named.clone(), not_before: now, look_again: now }
    }

    /// Each kind is tried though another failed.
    async fn look_at(&self, named: BTreeSet<Named>) {
        let Sorted { access, log_ins, desks, scopes, rest } = Sorted::of(named);
        for (what, looked) in [
            ("open sockets", self.end_what_is_open(&access, &log_ins).await),
            ("open desks", self.end_desks(&desks).await),
            ("whoever looks on", self.send_back(&scopes).await),
        ] {
            if let Err(error) = looked {
                log::warn!("another node changed the access of {what}, which is not looked at yet: {error}");
            }
        }
        for named in rest {
            if let Err(error) = self.read(named).await {
                log::warn!("{named:?} was edited at another node, and could not be read yet: {error}");
            }
        }
    }

    async fn end_what_is_open(
        &self,
        access: &BTreeSet<AccountId>,
        log_ins: &BTreeSet<SessionId>,
    ) -> Result<(), AppError> {
        let mut open = self.app.sockets.staff();
        open.retain(|(account, session)| access.contains(account) || log_ins.contains(session));
        validity::end_what_is_open(&self.app, &self.gate, &open, self.app.clock.now().wall).await
    }

    async fn end_desks(&self, desks: &BTreeSet<DeskId>) -> Result<(), AppError> {
        let mut open = self.app.sockets.desks();
        open.retain(|(desk, _)| desks.contains(desk));
        validity::end_desks(&self.app, &open).await
    }

    /// Those whose scope on file is another than the one they were let in with.
    async fn send_back(&self, named: &BTreeSet<AccountId>) -> Result<(), AppError> {
        let mut open = self.app.sockets.scopes();
        open.retain(|(account, _)| named.contains(account));
        if open.is_empty() {
            return Ok(());
        }
        let accounts: Vec<AccountId> = open.iter().map(|(account, _)| *account).collect();
        let found = ask(&self.app, move |conn| {
            let scope_of = |id| {
                let Some(account) = accounts::by_id(conn, id)? else { return Ok(None) };
                Scope::on_file(conn, &account).map(|scope| Some(ScopeMark::of(&scope)))
            };
            accounts.into_iter().map(scope_of).collect::<diesel::QueryResult<Vec<_>>>()
        });
        for ((account, shown), found) in open.iter().zip(found.await?) {
            if found != Some(*shown) {
                self.app.sockets.send_back(*account);
            }
        }
        Ok(())
    }

    /// Reads what is edited, and tells whoever goes by it here.
    async fn read(&self, named: Named) -> Result<(), AppError> {
        log::debug!("{named:?}: named by another node, or not looked at for long; read again");
        let (app, matches_here) = (&self.app, self.app.matchmaker.is_here());
        match named {
            Named::Lines if matches_here => {
                let lines = ask(app, lines::every).await?;
                app.matchmaker.do_send(LinesEdited { lines });
            }
            Named::Codes if matches_here => {
                let codes = ask(app, |conn| codes::every(conn, Some(codes::RESULT))).await?;
                app.matchmaker.do_send(CodesEdited { codes });
            }
            Named::Staff(account) if matches_here => {
                revocation::tell_matchmaker_here(app, account).await?;
            }
            Named::Office => app.public_feed.do_send(OfficeNamed(ask(app, organisation::name).await?)),
            Named::Group(room) => app.groups.do_send(GroupEdited(room)),
            _ => {}
        }
        Ok(())
    }
}

impl Work for Heard {
    const EVERY: Duration = Duration::from_secs(1);

    async fn step(&mut self) -> Result<Remaining, String> {
        sleep_until(self.not_before).await;
        let now = Instant::now();
        self.not_before = now + PACE;
        let mut named: BTreeSet<Named> = self.named.take().into_iter().collect();
        if now >= self.look_again {
            self.look_again = now + LOOK_EVERY;
            named.insert(Named::Office);
            named.extend(self.app.sockets.scopes().iter().map(|(account, _)| Named::Scope(*account)));
        }
        self.look_at(named).await;
        Ok(Remaining::Nothing)
    }
}

/// What is named, by how it is looked at: what is open together, all else one by one.
#[derive(Default)]
struct Sorted {
    access: BTreeSet<AccountId>,
    log_ins: BTreeSet<SessionId>,
    desks: BTreeSet<DeskId>,
    scopes: BTreeSet<AccountId>,
    rest: Vec<Named>,
}

impl Sorted {
    fn of(named: BTreeSet<Named>) -> Self {
        let mut this = Self::default();
        for one in named {
            match one {
                Named::Access(account) => drop(this.access.insert(account)),
                Named::LogIn(session) => drop(this.log_ins.insert(session)),
                Named::Desk(desk) => drop(this.desks.insert(desk)),
                Named::Scope(account) => drop(this.scopes.insert(account)),
                Named::Lines | Named::Codes | Named::Office | Named::Group(_) | Named::Staff(_) => this.rest.push(one),
            }
        }
        this
    }
}

/// Counts the log-ins that failed at other nodes.
pub(crate) struct Guesses {
    app: App,
    gate: web::Data<Gate>,
    failed: Inbox<FailedLogIn>,
}

impl Guesses {
    pub(crate) fn new(app: App, gate: web::Data<Gate>, joined: &Joined) -> Self {
        Self { app, gate, failed: joined.failed_log_ins.clone() }
    }
}

impl Work for Guesses {
    // It is poked whenever there is something.
    const EVERY: Duration = Duration::from_secs(60);

    async fn step(&mut self) -> Result<Remaining, String> {
        let now = self.app.clock.now().mono;
        self.failed.take().iter().for_each(|failed| self.gate.throttle.hear(failed, now));
        Ok(Remaining::Nothing)
    }
}

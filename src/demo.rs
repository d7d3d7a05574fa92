//! `--demo`: something to try at once. Its passwords are known to everybody, so it stays on this
//! machine: it is refused elsewhere, and so is a database that it has been in.

use std::net::SocketAddr;

use crate::clock::Clock;
use crate::config::ServeOptions;
use crate::http::access_control::passwords;
use crate::http::gate::secret;
use crate::ids::{AccountId, DeskId, LineId};
use crate::start_error::StartError;
use crate::storage::centre::desks::{self, NewDesk};
use crate::storage::centre::lines::{self, Line};
use crate::storage::engine::installation;
use crate::storage::people::accounts::{self, AccountCreated, AccountRole, NewAccount};
use crate::storage::{SYSTEM, Store};

/// Under this name a database remembers that the demo has been in it.
const MARK: &str = "DEMO";
/// The registered desk; the same each time, so that a page once opened still works.
const DESK: DeskId = DeskId(uuid::Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_00d1));
const DESK_KEY: &str = "demo-desk-key";
/// Most rooms at once of the two counsellors.
const CAPACITY: u16 = 3;

/// Topic, names, prefix, place in the list.
const LINES: [(&str, &str, &str, &str, i32); 2] =
    [("FINANCE", "재무", "Finance", "B", 2), ("WELFARE", "복지", "Welfare", "C", 3)];

/// An account of the demo.
struct Person {
    login: &'static str,
    password: &'static str,
    name: &'static str,
    role: AccountRole,
    /// Topics with tiers.
    serves: &'static [(&'static str, u8)],
}

const PEOPLE: [Person; 3] = [
    Person { login: "admin", password: "demo-admin", name: "관리자", role: AccountRole::Admin, serves: &[] },
    Person {
        login: "counsellor1",
        password: "demo-counsellor1",
        name: "김상담",
        role: AccountRole::Counsellor,
        serves: &[("GENERAL", 0), ("FINANCE", 0), ("WELFARE", 0)],
    },
    Person {
        login: "counsellor2",
        password: "demo-counsellor2",
        name: "이상담",
        role: AccountRole::Counsellor,
        serves: &[("GENERAL", 0), ("FINANCE", 1)],
    },
];

/// Puts the demo on file, as far as it is not there, and gives the lines to print.
pub fn prepare(store: &Store, clock: &Clock, url: &str) -> Result<Vec<String>, StartError> {
    let at = clock.now().wall;
    store.in_turn(|conn| installation::put(conn, MARK, "Y", at))?;
    for (topic, name, name_en, prefix, line_order) in LINES {
        let line = Line::with_defaults(LineId(clock.new_id()), topic, "ko", name, name_en, prefix);
        store.in_turn(|conn| lines::insert(conn, &Line { line_order, ..line.clone() }, at))?;
    }
    let lines = store.run(lines::all)?;
    let mut said = Vec::new();
    for person in &PEOPLE {
        person.ensure(store, clock, &lines)?;
        said.push(format!("demo: {0} login={0} password={1}", person.login, person.password));
    }
    // One that was taken out of use or deleted stays as it was left.
    if store.run(|conn| desks::find(conn, DESK))?.is_none() {
        let key_hash = secret::hash(DESK_KEY);
        let desk = NewDesk { id: DESK, name: "데모 창구".into(), place: None, key_hash, line_id: None };
        store.in_turn(|conn| desks::create(conn, &desk, SYSTEM, at))?;
    }
    said.push(format!("demo: desk id={DESK} key={DESK_KEY} url={url}/desk#desk={DESK}&key={DESK_KEY}"));
    Ok(said)
}

/// Refuses to serve others from a database with the demo's passwords in it.
pub fn refuse_outside(store: &Store, address: SocketAddr, options: &ServeOptions) -> Result<(), StartError> {
    if !is_in(store)? {
        return Ok(());
    }
    let outside = options.reached_from_outside().or_else(|| (!address.ip().is_loopback()).then(|| address.to_string()));
    match outside {
        None => Ok(()),
        Some(outside) => Err(StartError::new(format_args!(
            "this database holds the demo with its known passwords and is not served on {outside}; give another \
             --data-dir"
        ))),
    }
}

/// Whether the demo has been in this database.
pub fn is_in(store: &Store) -> Result<bool, StartError> {
    Ok(store.run(|conn| installation::get(conn, MARK))?.is_some())
}

impl Person {
    fn ensure(&self, store: &Store, clock: &Clock, lines: &[Line]) -> Result<(), StartError> {
        if let Some(there) = store.run(|conn| accounts::by_login(conn, self.login))? {
            return if passwords::fits(self.password, &there.password_hash) {
                Ok(())
            } else {
                Err(StartError::new(format_args!(
                    "--demo needs the login {}, which has another password here; give an empty --data-dir",
                    self.login
                )))
            };
        }
        let tier = |line: &Line| self.serves.iter().find(|(topic, _)| *topic == line.topic).map(|(_, tier)| *tier);
        let account = NewAccount {
            id: AccountId(clock.new_id()),
            login: self.login.into(),
            email: None,
            password_hash: passwords::hash(self.password).map_err(StartError::new)?,
            name: self.name.into(),
            role: self.role,
            approved: true,
            language: "ko".into(),
            capacity: CAPACITY,
            lines: lines.iter().filter_map(|line| Some((line.id, tier(line)?))).collect(),
            all_lines: false,
        };
        match store.in_turn(|conn| accounts::create(conn, &account, SYSTEM, clock.now().wall))? {
            AccountCreated::Created | AccountCreated::LoginTaken => Ok(()),
        }
    }
}

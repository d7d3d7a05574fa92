//! Two ends of a link over the network, their owners, and what must hold of them.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Value, json};

use super::dice::Dice;
use super::network::{DELAY_MAX_MS, Network};
use crate::cluster::link::{
    self, Around, Effect, Input, Link, PARCEL_MAX, Parcel, QUEUED_MAX, SILENCE, SessionName, WINDOW, WINDOW_BYTES,
};
use crate::cluster::{Engine, Epochs, Fault, Told};
use crate::ids::NodeId;
use crate::time::Mono;

const KINDS: &[&str] = &["announce", "put", "take"];

/// More things than any owner of these tests holds.
const ANNOUNCED_MAX: usize = 20_001;
/// The longest that an owner gathers an announcement.
const GATHER_MAX_MS: u64 = 400;
/// What an owner says under which epoch, as a matchmaker would.
pub(super) const EPOCHS: u64 = 6;

/// An end with its owner, who holds some numbered things, tells the other of them, and believes what
/// the other tells.
pub(super) struct End {
    pub link: Link,
    pub engine: Engine,
    epochs: Epochs,
    /// Model of the epochs: the newest heard and the one on file.
    newest: u64,
    on_file: u64,
    /// Under which it speaks.
    pub speaks_under: u64,
    pub holds: BTreeMap<u64, u64>,
    pub told: Told<u64, u64>,
    /// The session it is in, as the effects said.
    pub session: Option<SessionName>,
    opened: HashSet<SessionName>,
    /// When it left each.
    left: HashMap<SessionName, Mono>,
    /// What it said in each, in order: the kind and the body.
    said: HashMap<SessionName, Vec<(&'static str, Value)>>,
    /// How many things that the other said have arrived.
    arrived: usize,
    pub breaks: u64,
}

/// When an owner answers an opening with what it held at the opening.
pub(super) enum Owners {
    AtOnce,
    /// Some time later, in half of the cases.
    InTime(Dice),
    /// When it is told to.
    Wait,
}

pub(super) struct Ends {
    pub now: Mono,
    pub ends: [End; 2],
    pub network: Network,
    halves: Dice,
    /// Messages go as text, and come back from it.
    as_text: bool,
    /// When an owner answers an opening.
    pub owners: Owners,
    /// Announcements that are gathered and not given yet: when they will be, by whom, for which session.
    gathered: Vec<(Mono, usize, SessionName, Vec<Parcel>)>,
    /// Until when a recording may have kept an end in its session.
    fooled_until: Mono,
    values: u64,
}

impl Ends {
    pub(super) fn new(seed: u64, as_text: bool, fault: Option<Fault>) -> Self {
        let end = |me: u128, peer: u128| {
            let (mut link, mut epochs, mut told) =
                (Link::new(NodeId::from(me), NodeId::from(peer), KINDS, Engine::Redis), Epochs::new(), Told::new());
            if let Some(fault) = fault {
                (link, epochs, told) = (link.broken(fault), epochs.broken(fault), told.broken(fault));
            }
            End {
                link,
                engine: Engine::Redis,
                epochs,
                newest: 0,
                on_file: 0,
                speaks_under: 0,
                holds: BTreeMap::new(),
                told,
                session: None,
                opened: HashSet::new(),
                left: HashMap::new(),
                said: HashMap::new(),
                arrived: 0,
                breaks: 0,
            }
        };
        Self {
            now: Mono(1_000_000),
            ends: [end(1, 2), end(2, 1)],
            network: Network::new(seed),
            halves: Dice(!seed),
            as_text,
            owners: Owners::AtOnce,
            gathered: Vec::new(),
            fooled_until: Mono(0),
            values: 0,
        }
    }

    /// An owner who was told to wait has gathered its announcement.
    pub(super) fn answer(&mut self, at: usize) -> Result<(), String> {
        self.gathered.iter_mut().filter(|(_, end, ..)| *end == at).for_each(|(due, ..)| *due = self.now);
        self.run(0)
    }

    /// Lets the world go on for so long.
    pub(super) fn run(&mut self, ms: u64) -> Result<(), String> {
        let end = Mono(self.now.0 + ms * 1_000);
        loop {
            let now = self.now;
            let deadlines = self.ends.iter().filter_map(|end| end.link.next_deadline(now));
            let gathered = self.gathered.iter().map(|(at, ..)| *at);
            let next = deadlines.chain(self.network.next()).chain(gathered).min().unwrap_or(end).max(now);
            if next > end {
                self.now = end;
                return Ok(());
            }
            self.now = next;
            for at in 0..2 {
                if self.ends[at].link.next_deadline(next).is_some_and(|due| due <= next) {
                    self.step(at, Input::Tick)?;
                    let due = self.ends[at].link.next_deadline(next);
                    if due.is_some_and(|due| due <= next) {
                        return Err(format!("end {at} is not done after a tick: {due:?} at {next:?}"));
                    }
                }
            }
            while let Some(nth) = self.gathered.iter().position(|(due, ..)| *due <= next) {
                let (_, at, session, parcels) = self.gathered.remove(nth);
                // The session may be over by now.
                self.step(at, Input::Announce(session, parcels))?;
            }
            while let Some((to, message)) = self.network.arrived(next) {
                for envelope in message {
                    self.step(to, Input::Heard(Box::new(envelope)))?;
                }
            }
            self.check()?;
        }
    }

    /// The owner comes to hold something, or holds it no more, and says so.
    pub(super) fn change(&mut self, at: usize, key: u64, bytes: usize) -> Result<(), String> {
        self.values += 1;
        let (value, end) = (self.values, &mut self.ends[at]);
        let epoch = (end.speaks_under > 0).then_some(end.speaks_under);
        let (kind, body) = if end.holds.remove(&key).is_some() {
            ("take", json!([key]))
        } else {
            end.holds.insert(key, value);
            ("put", json!([key, value, "\"".repeat(bytes)]))
        };
        self.say(at, Parcel { kind, body, epoch })
    }

    pub(super) fn say(&mut self, at: usize, parcel: Parcel) -> Result<(), String> {
        let end = &mut self.ends[at];
        if let Some(session) = end.session {
            end.said.entry(session).or_default().push((parcel.kind, parcel.body.clone()));
        }
        self.step(at, Input::Send(parcel))
    }

    /// Something recorded is said again.
    pub(super) fn replay(&mut self) {
        self.network.replay(self.now);
        self.fooled_until = self.now;
    }

    /// Another link, or a look, brings an epoch.
    pub(super) fn epoch(&mut self, at: usize, epoch: u64, found: bool) {
        let end = &mut self.ends[at];
        end.newest = end.newest.max(epoch);
        if found {
            end.on_file = epoch;
            end.epochs.found(epoch);
        } else {
            end.epochs.hear(epoch);
        }
    }

    pub(super) fn step(&mut self, at: usize, input: Input) -> Result<(), String> {
        let (now, end) = (self.now, &mut self.ends[at]);
        let mut effects = Vec::new();
        let halves = &mut || self.halves.draw();
        end.link.step(now, input, &mut Around { epochs: &mut end.epochs, halves }, &mut effects);
        effects.into_iter().try_for_each(|effect| self.perform(at, effect))
    }

    fn perform(&mut self, at: usize, effect: Effect) -> Result<(), String> {
        let now = self.now;
        match effect {
            Effect::Message(message) => {
                let message = if self.as_text { self.through_text(at, &message)? } else { message };
                self.network.post(now, 1 - at, message);
            }
            Effect::Opened(name) => self.opened(at, name)?,
            Effect::Arrived { kind, body, epoch } => self.arrived(at, kind, &body, epoch)?,
            Effect::Announced => {
                self.next_said(at, link::ANNOUNCED, &Value::Null)?;
                self.ends[at].told.end();
            }
            Effect::Broken(_) => {
                let end = &mut self.ends[at];
                let session = end.session.take().ok_or("a break without a session")?;
                end.left.insert(session, now);
                end.told.broke();
                end.breaks += 1;
            }
            Effect::Unsent { .. } => {
                if self.ends[at].session.is_some() {
                    return Err("something was not sent in an open session".into());
                }
            }
            Effect::Gone => return Err("nobody is gone".into()),
        }
        Ok(())
    }

    fn through_text(&self, at: usize, message: &[link::Envelope]) -> Result<Vec<link::Envelope>, String> {
        let (text, max) = (link::write(message), self.ends[at].engine.message_max());
        if text.len() > max {
            return Err(format!("a message of {} bytes, at most {max}", text.len()));
        }
        let (read, passed_over) = link::read(&text);
        if passed_over > 0 || read != message {
            return Err(format!("written and read, {message:?} is {read:?}"));
        }
        Ok(read)
    }

    fn opened(&mut self, at: usize, name: SessionName) -> Result<(), String> {
        if at == 1 && !self.ends[0].opened.contains(&name) {
            return Err(format!("{name:?} is open at who answers, and never was at who asks"));
        }
        let end = &mut self.ends[at];
        if end.session.replace(name).is_some() || !end.opened.insert(name) {
            return Err(format!("{name:?} opens over another, or a second time"));
        }
        end.arrived = 0;
        end.told.begin();
        let things = end.holds.iter().map(|(key, value)| ("announce", json!([key, value])));
        let said: Vec<_> = things.chain([(link::ANNOUNCED, Value::Null)]).collect();
        let parcels =
            said[..said.len() - 1].iter().map(|(kind, body)| Parcel { kind, body: body.clone(), epoch: None });
        let parcels = parcels.collect();
        end.said.insert(name, said);
        let takes = match &mut self.owners {
            Owners::AtOnce => 0,
            Owners::InTime(dice) => dice.below(2) * dice.below(GATHER_MAX_MS * 1_000),
            Owners::Wait => u64::MAX / 2,
        };
        if takes == 0 {
            return self.step(at, Input::Announce(name, parcels));
        }
        self.gathered.push((Mono(self.now.0 + takes), at, name, parcels));
        Ok(())
    }

    /// What arrives is what the other said next in this session; some of it may be of an epoch that is
    /// over, and is passed over.
    fn next_said(&mut self, at: usize, kind: &str, body: &Value) -> Result<(), String> {
        let session = self.ends[at].session.ok_or("something arrives without a session")?;
        let said = self.ends[1 - at].said.get(&session).ok_or("something arrives that nobody said")?;
        let arrived = self.ends[at].arrived;
        let is_it = |(said_kind, said): &(&str, Value)| *said_kind == kind && said == body;
        let skipped = said.iter().skip(arrived).position(is_it);
        let skipped = skipped.ok_or_else(|| format!("{kind} {body} arrives twice or out of order"))?;
        self.ends[at].arrived = arrived + skipped + 1;
        // Only words under an epoch that is over, or of a kind that is not known, may be left out.
        let counts = self.ends[at].link.counts();
        if skipped > 0 && counts.old_epoch + counts.unknown == 0 {
            return Err(format!("a gap of {skipped} before {kind} {body}"));
        }
        Ok(())
    }

    fn arrived(&mut self, at: usize, kind: &'static str, body: &Value, epoch: Option<u64>) -> Result<(), String> {
        self.next_said(at, kind, body)?;
        let end = &mut self.ends[at];
        if let Some(epoch) = epoch {
            if epoch < end.newest && epoch != end.on_file {
                return Err(format!("the words of epoch {epoch} are believed after {}", end.newest));
            }
            end.newest = end.newest.max(epoch);
        }
        let number = |nth: usize| body[nth].as_u64().ok_or("a body is not what was said");
        if kind == "take" {
            end.told.take(&number(0)?);
        } else {
            end.told.put(number(0)?, number(1)?);
        }
        Ok(())
    }

    /// What must hold at every moment.
    fn check(&self) -> Result<(), String> {
        for (end, other) in [(&self.ends[0], &self.ends[1]), (&self.ends[1], &self.ends[0])] {
            if end.link.session() != end.session {
                return Err("the session is not the one that was told".into());
            }
            let (flying, waiting) = end.link.toward();
            let kept = end.link.kept_bytes();
            if flying > WINDOW || waiting > QUEUED_MAX + ANNOUNCED_MAX || kept > WINDOW_BYTES + PARCEL_MAX {
                return Err(format!("{flying} under way, {waiting} waiting, {kept} bytes kept"));
            }
            // A break is told to both ends: none stays in a session that the other has left.
            let left = end.session.and_then(|session| other.left.get(&session));
            if let Some(left) = left
                && self.now.0
                    > left.max(&self.fooled_until).0 + SILENCE.as_micros() as u64 + DELAY_MAX_MS * 1_000 + 1_000
            {
                return Err("an end stays in a session that the other has left".into());
            }
        }
        Ok(())
    }

    /// After some time of good weather both are in one session, and each believes what the other holds.
    pub(super) fn check_healed(&self) -> Result<(), String> {
        let [one, two] = &self.ends;
        if one.session.is_none() || one.session != two.session {
            return Err(format!("no session after good weather: {:?}, {:?}", one.session, two.session));
        }
        for (end, other) in [(one, two), (two, one)] {
            let told: Vec<_> = end.told.iter().collect();
            if !end.told.is_whole() || told != other.holds.iter().collect::<Vec<_>>() {
                return Err(format!("held {:?}, told {told:?}", other.holds));
            }
            if end.link.toward() != (0, 0) {
                return Err("something is not acknowledged after good weather".into());
            }
        }
        Ok(())
    }
}

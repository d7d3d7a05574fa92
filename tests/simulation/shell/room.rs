//! One room: the shell round the pure one.

use anteroom::dispatch::{self, Opening};
use anteroom::ids::{LineId, MemberId, RoomId};
use anteroom::protocol::{EndReason, ServerFrame};
use anteroom::room::{Effect, Ender, Input, Room, Said, Sockets};
use anteroom::time::Mono;

use super::supervisor::Boss;
use super::{Node, submit};
use crate::hub::{Actor, Hub, MS, S, SocketNo, Timer};
use crate::mail::Mail;
use crate::plan::Broken;
use crate::store::{Reply, Supervised, Write};

/// How long a room stays after its end.
const LINGER: u64 = 90 * S;

pub struct RoomActor {
    pub core: Room,
    wrap_up: bool,
    sockets: Sockets<SocketNo>,
    timer: Option<Mono>,
    /// It waits for the disk: what is said meanwhile must not overtake what was said before.
    pub is_reading: bool,
    /// The line it is handed over to, while its end is proposed.
    handing: Option<LineId>,
    /// Who supervises it, if somebody does.
    pub boss: Option<Boss>,
}

impl RoomActor {
    pub fn new(opening: Opening, hub: &mut Hub) -> Self {
        let Opening { core, room: id, wraps_up: wrap_up, .. } = opening;
        let (timer, is_reading, handing, boss) = (None, false, None, None);
        let mut actor = Self { core, wrap_up, sockets: Sockets::default(), timer, is_reading, handing, boss };
        if hub.dice.percent(40) {
            let comes = hub.dice.below(8 * S);
            hub.timer(comes, Timer::Supervise(id));
        }
        actor.arm(id, hub);
        actor
    }

    pub fn step(&mut self, id: RoomId, input: Input, hub: &mut Hub) {
        let mut effects = Vec::new();
        self.core.step(hub.clock(), input, &mut effects);
        for effect in effects {
            hub.note(|| format!("      => {effect:?}"));
            self.perform(id, effect, hub);
        }
        self.arm(id, hub);
    }

    fn perform(&mut self, id: RoomId, effect: Effect, hub: &mut Hub) {
        match effect {
            Effect::Send { to, frame } => self.send(to, vec![frame], hub),
            Effect::Tell { except, frame } => {
                self.boss_overhears(id, except, &frame, hub);
                let others: Vec<MemberId> = self.sockets.others(except).map(|(to, _)| to).collect();
                others.into_iter().for_each(|to| self.send(to, vec![frame.clone()], hub));
            }
            Effect::Catch { to, missed } => self.catch(id, to, &missed, hub),
            Effect::CatchFromDisk { to, after, upto } => {
                self.is_reading = true;
                let takes = hub.dice.below(20 * MS);
                hub.timer(takes, Timer::DiskRead { room: id, to, after, upto });
            }
            Effect::Shut { member, code } => {
                if let Some(&socket) = self.sockets.get(member) {
                    hub.send(Actor::Socket(socket), Mail::Shut(code));
                }
            }
            Effect::StoreSay(said) => {
                let message = said.id;
                submit(hub, Write::Say { room: id, said }, Reply::Say(id, message));
            }
            Effect::StoreEnd { reason, .. } => {
                let (wrap_up, at) = (self.wrap_up, hub.clock().wall);
                submit(hub, Write::EndRoom { room: id, reason, wrap_up, at }, Reply::End(id));
            }
            Effect::StoreReturn => {
                let at = hub.clock().wall;
                submit(hub, Write::ReturnTicket { room: id, at }, Reply::End(id));
            }
            Effect::StoreTransfer => {
                if let Some(line) = self.handing {
                    let at = hub.clock().wall;
                    submit(hub, Write::HandOver { room: id, line, at }, Reply::End(id));
                }
            }
            Effect::NotTransferred => {
                let not = dispatch::Input::NotTransferred { room: id };
                hub.send(Actor::Matchmaker, Mail::happens(not));
            }
            Effect::Over { room, reason, returns, .. } => {
                let handed_over = self.handing.filter(|_| returns && reason == EndReason::Transferred);
                let members = self.core.members();
                let over = dispatch::Input::RoomOver { room, returns, handed_over, members };
                hub.send(Actor::Matchmaker, Mail::happens(over));
                hub.timer(LINGER, Timer::RoomStops(id));
            }
            Effect::Glance { to, glance } => {
                if let Some(&socket) = self.sockets.get(to) {
                    hub.send(Actor::Socket(socket), Mail::Looks(id, glance));
                }
            }
            Effect::SendAll { to, frames } => self.send(to, frames, hub),
            Effect::Changed | Effect::StoreSeat { .. } | Effect::StoreSeen { .. } => {}
            Effect::StoreSit(seat) => self.store_for_boss(id, Supervised::Sit(seat.member), hub),
            Effect::StoreShow { member, .. } => self.store_for_boss(id, Supervised::Show(member), hub),
            Effect::StoreWhisper(whispered) => self.store_for_boss(id, Supervised::Whisper(whispered.id), hub),
            Effect::Seated { .. } => self.boss_is_seated(),
            Effect::NotSeated { .. } | Effect::Gone { .. } => self.boss = None,
        }
    }

    fn send(&mut self, to: MemberId, frames: Vec<ServerFrame>, hub: &mut Hub) {
        self.boss_is_sent(to, &frames, hub);
        if let Some(&socket) = self.sockets.get(to) {
            hub.send(Actor::Socket(socket), Mail::Out(frames));
        }
    }

    fn catch(&mut self, id: RoomId, to: MemberId, missed: &[Said], hub: &mut Hub) {
        self.send(to, missed.iter().map(|said| said.message(id)).collect(), hub);
    }

    fn arm(&mut self, id: RoomId, hub: &mut Hub) {
        let due = self.core.next_deadline();
        if self.timer != due {
            self.timer = due;
            if let Some(at) = due {
                hub.wake(at, Timer::Room(id, at));
            }
        }
    }
}

impl Node {
    pub fn room(&mut self, id: RoomId, mail: Mail, hub: &mut Hub) {
        let Some(actor) = self.actors.get_mut(&id) else { return };
        match mail {
            Mail::Look { member, epoch, socket } => {
                if actor.sockets.expect(member, epoch) {
                    hub.send(Actor::Socket(socket), Mail::Looks(id, actor.core.glance()));
                }
            }
            Mail::Attach { member, epoch, socket, after } => {
                if actor.sockets.attach(member, epoch, socket).is_ok() {
                    actor.step(id, Input::Attach { member, after }, hub);
                }
            }
            Mail::Detach { member, epoch } => {
                let late_stop = hub.is_broken(Broken::LateStop) && actor.sockets.remove(member).is_some();
                if actor.sockets.detach(member, epoch) || late_stop {
                    actor.step(id, Input::Detach { member }, hub);
                }
            }
            Mail::HandOver(line) => {
                actor.handing = Some(line);
                actor.step(id, Input::End(Ender::Transfer), hub);
            }
            Mail::Room(input) => actor.step(id, input, hub),
            other => unreachable!("not for a room: {other:?}"),
        }
    }

    pub fn room_wakes(&mut self, id: RoomId, at: Mono, hub: &mut Hub) {
        let Some(actor) = self.actors.get_mut(&id).filter(|actor| actor.timer == Some(at)) else { return };
        if actor.is_reading {
            return hub.timer(MS, Timer::Room(id, at));
        }
        actor.timer = None;
        actor.step(id, Input::Tick, hub);
    }

    pub fn disk_read(&mut self, id: RoomId, to: MemberId, after: u32, upto: u32, hub: &mut Hub) {
        let Some(actor) = self.actors.get_mut(&id) else { return };
        actor.is_reading = false;
        let history = hub.store.on_file.history(id);
        let missed: Vec<Said> = history.filter(|said| said.seq > after && said.seq <= upto).cloned().collect();
        actor.catch(id, to, &missed, hub);
    }
}

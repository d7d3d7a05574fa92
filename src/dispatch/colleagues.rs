//! Who counsels, as colleagues see them: whom a talk may be handed over to.

use serde::{Deserialize, Serialize};

use super::Dispatch;
use crate::ids::AccountId;
use crate::protocol::{Activity, Intent};

/// Somebody who counsels, as colleagues see them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Colleague {
    /// Their account.
    pub id: AccountId,
    /// Their name.
    pub name: String,
    /// What they want.
    pub intent: Intent,
    /// Why they paused.
    pub reason: Option<String>,
    /// What they are doing.
    pub activity: Activity,
    /// A page of theirs is here.
    pub connected: bool,
    /// Places of their capacity that are left.
    pub free: u32,
    /// The topics of the lines they want work from.
    pub lines: Vec<String>,
}

impl Dispatch {
    /// Everybody who counsels, by name.
    #[must_use]
    pub fn colleagues(&self) -> Vec<Colleague> {
        let mut all: Vec<Colleague> = self
            .staff
            .iter()
            .filter(|(_, staff)| !staff.test)
            .filter(|(_, staff)| !staff.lines.is_empty() || staff.socket.is_some())
            .filter_map(|(account, staff)| {
                let view = self.lobby.counsellor(*account)?;
                let used = view.held + view.offers + view.pairing;
                let mut lines: Vec<String> = view.lines.iter().map(|line| self.lines.topic(*line)).collect();
                // A topic in two languages is two lines.
                lines.dedup();
                Some(Colleague {
                    id: *account,
                    name: staff.name.clone(),
                    intent: staff.intent,
                    reason: staff.reason.clone(),
                    activity: self.activity(*account, staff),
                    connected: staff.socket.is_some(),
                    free: u32::from(view.capacity).saturating_sub(used),
                    lines,
                })
            })
            .collect();
        all.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        all
    }
}

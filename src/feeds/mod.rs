//! Feeds: what changes is shown to who looks on. What each of them may see, has seen and is told next is decided
//! here; a viewer is whatever the outside knows them by.
//!
//! - `live`: the live list of the admin page; `live_list`: as it is sent; `room_summary`: what is known of a room
//!   that one is not in
//! - `office`: the office as everybody may see it

mod live;
mod live_list;
mod office;
mod room_summary;
#[cfg(test)]
mod tests;

pub use live::{GATHER, Listed, Live, LiveViewer};
pub use live_list::{
    CounsellorChange, LiveRoom, LiveSnapshot, LiveTicket, Named, RoomChange, TicketChange, WatchEvent,
};
pub use office::{
    CALLS_KEPT, Called, CalledDesk, DeskNames, Due, Office, OfficeEvent, OfficeView, OfficeViewer, VIEWERS_MAX,
};
pub use room_summary::RoomSummary;

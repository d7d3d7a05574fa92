//! Feeds: what changes is shown to who looks on. What each of them may see, has seen and is told next is decided
//! here; a viewer is whatever the outside knows them by.
//!
//! - `live`: the live list of the admin page; `live_list`: as it is sent; `things`: all it knows; `room_summary`: what
//!   is known of a room that one is not in
//! - `nodes`: the live list among several nodes: what they ask each other for; `onlookers`: which of them look on, and
//!   what they are to be shown; `portion`: what they say
//! - `office`: the office as everybody may see it

mod live;
mod live_list;
mod nodes;
mod office;
mod onlookers;
mod portion;
mod room_summary;
#[cfg(test)]
mod tests;
mod things;

pub use live::{GATHER, Live, LiveViewer};
pub use live_list::{
    CounsellorChange, LiveRoom, LiveSnapshot, LiveTicket, Named, RoomChange, TicketChange, WatchEvent,
};
pub use office::{
    CALLS_KEPT, Called, CalledDesk, DeskNames, Due, Office, OfficeEvent, OfficePosted, OfficeView, OfficeViewer,
    VIEWERS_MAX,
};
pub use onlookers::PORTION_ITEMS_MAX;
pub use portion::{ListItem, ListParcel, Portion};
pub use room_summary::RoomSummary;
pub use things::Listed;

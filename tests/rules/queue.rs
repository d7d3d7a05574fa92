//! One ticket a visit, a place that survives everything, an honest estimate.

use crate::support::people::talking;
use crate::support::{Counsellor, Desk, Office};

#[tokio::test]
async fn two_people_talk_and_part() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    assert_eq!(desk.said("hello").await, 1);
    assert_eq!(kim.expect("message").await["body"], "hello");
    assert_eq!(kim.said("how can I help?").await, 2);
    desk.expect("message").await;
    kim.end();
    assert_eq!(desk.expect("ended").await["reason"], "DONE");
    kim.expect("ended").await;
    server.check().await;
    server.finish().await;
}

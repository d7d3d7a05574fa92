//! Staff and guests in one room, live.

use reqwest::Method;
use serde_json::{Value, json};

use super::people::Person;
use super::{invitation, link_of, office, opened_by};
use crate::support::people::talking;
use crate::support::socket::handshake;
use crate::support::{Server, new_id};

async fn evening(server: &Server) -> (String, String) {
    link_of(&opened_by(server, "kim").await)
}

/// Which number each message has, as one member saw it: their own by the receipts.
fn order(person: &Person) -> Vec<(u64, String)> {
    let seen = person.journal().heard().into_iter().filter(|f| f["type"] == "message" || f["type"] == "accepted");
    let number = |frame: &Value| (frame["seq"].as_u64().unwrap(), frame["client_id"].as_str().unwrap().to_owned());
    seen.map(|frame| number(&frame)).collect()
}

#[tokio::test]
async fn three_guests_and_two_of_the_staff_hear_all_in_one_order() {
    let server = office().option("--messages-per-10s-max", "1000").open().await;
    let link = evening(&server).await;
    let mut people = vec![Person::staff(&server, "kim", &link.0).await, Person::staff(&server, "boss", &link.0).await];
    for name in ["별", "달", "해"] {
        people.push(Person::guest(&server, &link, name).await);
    }
    for round in 0..10 {
        people.iter().for_each(|person| drop(person.say(&format!("{round}"))));
    }
    for person in &mut people {
        for _ in 0..10 {
            person.expect("accepted").await;
        }
        for _ in 0..40 {
            person.expect("message").await;
        }
    }
    let first = order(&people[0]);
    assert_eq!(first.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), (1..=50).collect::<Vec<_>>());
    for person in &people[1..] {
        assert_eq!(order(person), first);
    }
    // The last who came was shown everybody; those before heard of each.
    let members = people[4].all("seated")[0]["members"].clone();
    let shown: Vec<_> = members.as_array().unwrap().iter().map(|m| (m["role"].clone(), m["name"].clone())).collect();
    let expected = [("COUNSELLOR", "kim"), ("MANAGER", "boss"), ("GUEST", "별"), ("GUEST", "달"), ("GUEST", "해")];
    assert_eq!(shown, expected.map(|(role, name)| (json!(role), json!(name))));
    assert_eq!(people[0].all("member").len(), 4);
    let listed = server.http().as_user("lee").await.read("/api/v1/rooms?kind=GROUP").await;
    assert_eq!((&listed["items"][0]["members"], &listed["items"][0]["last_seq"]), (&json!(5), &json!(50)));
    server.finish().await;
}

#[tokio::test]
async fn who_comes_is_told_what_the_room_is_and_gets_nothing_unasked() {
    let server = office().open().await;
    let link = evening(&server).await;
    let mut kim = Person::staff(&server, "kim", &link.0).await;
    let kims = kim.all("seated")[0].clone();
    assert_eq!((&kims["kind"], &kims["title"], &kims["watching"]), (&json!("GROUP"), &json!("Evening"), &json!(false)));
    assert_eq!(kims.get("resume"), None, "staff come back by their log-in");
    for n in 1..=50 {
        kim.said(&format!("{n}")).await;
    }
    let mut star = Person::guest(&server, &link, "별").await;
    let seated = star.all("seated")[0].clone();
    assert_eq!((&seated["last_seq"], seated["resume"].is_string()), (&json!(50), true));
    assert!(!star.has("message"), "nothing by itself");
    star.tell("replay", json!({"after": 0}));
    let heard = star.heard_up_to(50).await;
    assert_eq!(heard, (1..=50).map(|n| (n, n.to_string())).collect::<Vec<_>>());
    server.finish().await;
}

/// As another node does it: nothing tells this one.
#[tokio::test]
async fn a_room_that_is_edited_and_ended_elsewhere_says_so() {
    let server = office().open().await;
    let link = evening(&server).await;
    let other = link_of(&opened_by(&server, "lee").await);
    let mut star = Person::guest(&server, &link, "별").await;
    let mut moon = Person::guest(&server, &other, "달").await;
    let room = &link.0;
    server.records().execute(&format!("UPDATE ROOM SET TITLE = '밤', INFO = '늦게' WHERE ROOM_ID = '{room}'"));
    let told = star.expect("room").await;
    assert_eq!((&told["title"], &told["info"]), (&json!("밤"), &json!("늦게")));
    let ended = "STATUS = 'ENDED', END_REASON = 'DONE', CLOSED_DTTM = OPENED_DTTM";
    server.records().execute(&format!("UPDATE ROOM SET {ended} WHERE ROOM_ID = '{room}'"));
    assert_eq!(star.expect("ended").await["reason"], "DONE");
    moon.said("is somebody here").await;
    assert!(!moon.has("room") && !moon.has("ended"), "the other room goes on");
    server.finish().await;
}

#[tokio::test]
async fn a_message_said_twice_is_one_and_what_was_missed_comes_exactly() {
    let server = office().open().await;
    let link = evening(&server).await;
    let mut kim = Person::staff(&server, "kim", &link.0).await;
    let mut star = Person::guest(&server, &link, "별").await;
    let say = json!({"type": "say", "room": link.0, "client_id": new_id(), "body": "<b>굵게</b> & \"말\""});
    star.send(say.clone());
    let receipt = star.expect("accepted").await;
    let heard = kim.expect("message").await;
    assert_eq!((&heard["body"], &heard["from"]), (&say["body"], &json!(star.you)), "text stays text");
    star.vanish();
    let away = kim.expect_where("member", |member| member["state"] == "AWAY").await;
    assert_eq!(away["member"], *star.you);
    kim.said("while you were away").await;
    kim.said("and again").await;
    let (seat, seated) = (star.you.clone(), star.come_back(1).await);
    assert_eq!(seated["you"], *seat, "the same seat");
    assert_eq!(star.heard_up_to(3).await, [(2, "while you were away".to_owned()), (3, "and again".to_owned())]);
    assert_eq!(kim.expect_where("member", |member| member["state"] == "BACK").await["member"], *seat);
    star.send(say.clone());
    assert_eq!(star.expect("accepted").await, receipt, "the same receipt");
    star.send(json!({"type": "say", "room": link.0, "client_id": say["client_id"], "body": "other"}));
    star.expect_error("CLIENT_ID_REUSED").await;
    assert_eq!(server.records().count("MESSAGE"), 3);
    // A second socket of the same seat takes over from the first.
    let mut older = star.new_socket().await;
    star.send(json!({"type": "resume", "token": star.token}));
    assert_eq!(star.seated().await["you"], *seat);
    older.expect_close(4001).await;
    let mut older = kim.new_socket().await;
    kim.seated().await;
    older.expect_close(4001).await;
    server.finish().await;
}

#[tokio::test]
async fn a_guest_takes_nobodys_name_and_may_give_another() {
    let server = office().open().await;
    let link = evening(&server).await;
    let mut kim = Person::staff(&server, "kim", &link.0).await;
    let mut guest = Person::at_the_door(&server, &link).await;
    for alike in ["kim", "K I M", "ｋｉｍ", "кim", "k\u{AD}im"] {
        guest.join(json!({"nickname": alike}));
        guest.expect_error("NAME_TAKEN").await;
    }
    guest.join(json!({"nickname": "별"}));
    guest.seated().await;
    assert_eq!(kim.expect("member").await["name"], "별", "nobody heard of the others");
    server.finish().await;
}

#[tokio::test]
async fn a_server_that_was_killed_has_its_rooms_again() {
    let mut server = office().open().await;
    let link = evening(&server).await;
    let mut kim = Person::staff(&server, "kim", &link.0).await;
    let mut star = Person::guest(&server, &link, "별").await;
    kim.said("before").await;
    star.expect("message").await;
    star.said("also before").await;
    let seats = (kim.you.clone(), star.you.clone());
    server.restart().await;
    let back = star.come_back(0).await;
    assert_eq!((&back["you"], &back["last_seq"], &back["title"]), (&json!(seats.1), &json!(2), &json!("Evening")));
    assert_eq!(star.heard_up_to(2).await.len(), 2);
    assert_eq!(kim.come_back(2).await["you"], *seats.0, "staff have their seat again by their log-in");
    assert_eq!(kim.said("after").await, 3);
    assert_eq!(star.expect_where("message", |message| message["seq"] == 3).await["body"], "after");
    let door = invitation(&server.http(), &link.0, &link.1).await.json();
    assert_eq!(door["members"], 2);
    server.finish().await;
}

#[tokio::test]
async fn a_link_is_needed_and_dies_with_its_room() {
    let server = office().open().await;
    let link = evening(&server).await;
    let other = link_of(&opened_by(&server, "lee").await);
    let knock = async |room: &str, key: &str| {
        let url = format!("ws://{}/ws/room?room={room}&key={key}", server.address());
        handshake(&url, &[]).await.err()
    };
    for (room, key) in
        [(&link.0, &other.1), (&link.0, &"x".repeat(43)), (&link.0, &String::new()), (&new_id(), &link.1)]
    {
        assert_eq!(knock(room, key).await, Some(404));
    }
    assert_eq!(handshake(&format!("ws://{}/ws/room?room={}", server.address(), link.0), &[]).await.err(), Some(401));
    let (desk, _kim) = talking(&server, "kim").await;
    assert_eq!(knock(&desk.room, &link.1).await, Some(404), "no key opens a consultation");

    let mut kim = Person::staff(&server, "kim", &link.0).await;
    let mut star = Person::guest(&server, &link, "별").await;
    kim.tell("end", json!({}));
    for person in [&mut kim, &mut star] {
        assert_eq!(person.expect("ended").await["reason"], "DONE");
    }
    assert_eq!(knock(&link.0, &link.1).await, Some(404));
    invitation(&server.http(), &link.0, &link.1).await.is_problem(404, "NOT_FOUND");
    assert_eq!(knock(&other.0, &other.1).await, None, "the other is open");
    server.finish().await;
}

#[tokio::test]
async fn a_guest_sits_and_talks_and_does_no_more() {
    let server = office().open().await;
    let (link, other) = (evening(&server).await, link_of(&opened_by(&server, "lee").await));
    let mut star = Person::at_the_door(&server, &link).await;
    star.say("before a seat");
    star.expect_error("NOT_ALLOWED").await;
    for (who, named) in [
        (json!({}), "nickname"),
        (json!({"nickname": "  "}), "nickname"),
        (json!({"nickname": "가".repeat(21)}), "20"),
        (json!({"nickname": "a", "picture": "me.png"}), "picture"),
        (json!({"nickname": "a", "picture": new_id()}), "picture"),
    ] {
        star.join(who.clone());
        let error = star.expect_error("BAD_FRAME").await;
        assert!(error["detail"].as_str().unwrap().contains(named), "{who}: {error}");
    }
    star.send(json!({"type": "resume", "token": "a.b"}));
    star.expect_error("BAD_TOKEN").await;
    star.join(json!({"nickname": "가".repeat(20)}));
    star.seated().await;
    star.tell("end", json!({}));
    star.expect_error("NOT_ALLOWED").await;
    star.tell("whisper", json!({"client_id": new_id(), "body": "psst"}));
    star.expect_error("NOT_ALLOWED").await;
    for frame in [json!({"type": "open"}), json!({"type": "request", "client_id": "a", "topic": "GENERAL"})] {
        star.send(frame);
        star.expect_error("NOT_ALLOWED").await;
    }
    for frame in [
        json!({"type": "say", "room": other.0, "client_id": new_id(), "body": "a"}),
        json!({"type": "replay", "room": other.0, "after": 0}),
    ] {
        star.send(frame);
        star.expect_error("NO_SUCH_ROOM").await;
    }
    // A guest has no log-in: what staff read is not for them.
    let asked = server.http().request(Method::GET, &format!("/api/v1/rooms/{}/messages", link.0));
    server.http().ask(asked.header("x-invitation", &link.1)).await.is_problem(401, "NOT_LOGGED_IN");
    star.tell("leave", json!({}));
    star.expect_close(1000).await;
    let mut gone = Person::at_the_door(&server, &link).await;
    gone.send(json!({"type": "resume", "token": star.token}));
    gone.expect_error("TOKEN_EXPIRED").await;
    gone.join(json!({"nickname": "again"}));
    assert_ne!(gone.seated().await["you"], *star.you);
    server.finish().await;
}

#[tokio::test]
async fn who_opened_it_and_managers_end_it_and_nobody_else() {
    let server = office().open().await;
    for (may, ends) in [("lee", false), ("kim", true), ("boss", true)] {
        let link = evening(&server).await;
        let mut star = Person::guest(&server, &link, "별").await;
        let mut person = Person::staff(&server, may, &link.0).await;
        person.tell("end", json!({}));
        if ends {
            let ended = star.expect("ended").await;
            assert_eq!((&ended["reason"], &ended["by"]), (&json!("DONE"), &json!(person.you)), "{may}");
        } else {
            person.expect_error("NOT_ALLOWED").await;
            person.tell("leave", json!({}));
            person.expect_close(1000).await;
            assert_eq!(star.expect_where("member", |m| m["state"] == "LEFT").await["member"], *person.you);
            star.said("we go on").await;
        }
    }
    // From outside, too.
    let link = evening(&server).await;
    let mut star = Person::guest(&server, &link, "별").await;
    let kim = server.http().as_user("kim").await;
    assert_eq!(kim.delete(&format!("/api/v1/rooms/{}", link.0)).await.status, 204);
    assert_eq!(star.expect("ended").await["reason"], "DONE");
    server.finish().await;
}

#[tokio::test]
async fn the_fifty_first_is_told_that_it_is_full() {
    let server = office().open().await;
    let link = evening(&server).await;
    let mut people = Vec::new();
    for n in 0..50 {
        people.push(Person::guest(&server, &link, &format!("g{n}")).await);
    }
    let door = invitation(&server.http(), &link.0, &link.1).await.json();
    assert_eq!((&door["members"], &door["full"]), (&json!(50), &json!(true)));
    let mut late = Person::at_the_door(&server, &link).await;
    late.join(json!({"nickname": "late"}));
    late.expect_error("FULL").await;
    late.expect_close(1000).await;
    // Who has a seat keeps it; a seat given up is free.
    people[7].vanish();
    people[7].come_back(0).await;
    people[0].tell("leave", json!({}));
    people[0].expect_close(1000).await;
    Person::guest(&server, &link, "late").await;
    server.finish().await;
}

#[tokio::test]
async fn an_edit_is_told_to_all_and_pictures_are_shown() {
    let server = office().open().await;
    let link = evening(&server).await;
    let kim = server.http().as_user("kim").await;
    let id = super::pictures::sent(&kim, "/api/v1/media", None).await;
    let guests = super::pictures::sent(&server.http(), &format!("/api/v1/media?room={}", link.0), Some(&link.1)).await;
    let mut staff = Person::staff(&server, "kim", &link.0).await;
    let mut star = Person::at_the_door(&server, &link).await;
    star.join(json!({"nickname": "별", "picture": guests}));
    star.seated().await;
    let joined = staff.expect_where("member", |member| member["name"] == "별").await;
    assert_eq!(joined["picture"], *format!("/api/v1/media/{guests}"));
    let path = format!("/api/v1/rooms/{}", link.0);
    assert_eq!(kim.patch(&path, &json!({"title": "밤", "picture": id})).await.status, 200);
    for person in [&mut staff, &mut star] {
        let told = person.expect("room").await;
        assert_eq!((&told["title"], &told["info"]), (&json!("밤"), &json!("")));
        assert_eq!(told["picture"], *format!("/api/v1/media/{id}"));
    }
    assert_eq!(Person::guest(&server, &link, "달").await.all("seated")[0]["title"], "밤");
    server.finish().await;
}

#[tokio::test]
async fn managers_see_it_live_and_it_takes_nobodys_place() {
    let server = office().open().await;
    let link = evening(&server).await;
    let boss = server.http().as_user("boss").await;
    let _kim = Person::staff(&server, "kim", &link.0).await;
    let mut events = boss.follow("/api/v1/rooms/stream").await;
    let snapshot = events.expect("snapshot", |_| true).await;
    assert_eq!((&snapshot["rooms"][0]["kind"], &snapshot["rooms"][0]["room"]), (&json!("GROUP"), &json!(link.0)));
    let _star = Person::guest(&server, &link, "별").await;
    let put = events.expect("room", |change| change["item"]["members"].as_array().is_some_and(|m| m.len() == 2)).await;
    assert_eq!((&put["item"]["title"], &put["item"]["creator"]["name"]), (&json!("Evening"), &json!("kim")));
    // Kim, who takes one room at a time, sits in one, and still takes a visitor.
    let (desk, _counsellor) = talking(&server, "kim").await;
    assert!(!desk.room.is_empty());
    assert_eq!(boss.delete(&format!("/api/v1/rooms/{}", link.0)).await.status, 204);
    events.expect("room", |change| change["op"] == "drop" && change["id"] == *link.0).await;
    server.finish().await;
}

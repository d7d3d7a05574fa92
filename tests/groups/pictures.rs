//! Pictures: what comes in is drawn anew, what is no picture leaves nothing behind.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::Method;
use serde_json::json;

use super::{invitation, link_of, office, opened_by};
use crate::support::http::Answer;
use crate::support::{Http, new_id};

fn photo(format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(600, 400, |x, y| Rgb([(x % 256) as u8, (y % 256) as u8, 90]));
    let mut bytes = Vec::new();
    DynamicImage::from(image).write_to(&mut Cursor::new(&mut bytes), format).expect("a picture");
    bytes
}

/// A form with one file, as a browser sends it.
fn form(name: &str, file: &[u8]) -> Vec<u8> {
    let head = format!(
        "--frontier\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         content-type: image/png\r\n\r\n"
    );
    [head.as_bytes(), file, b"\r\n--frontier--\r\n"].concat()
}

async fn send(http: &Http, path: &str, key: Option<&str>, name: &str, file: &[u8]) -> Answer {
    let mut request = http
        .request(Method::POST, path)
        .header("content-type", "multipart/form-data; boundary=frontier")
        .body(form(name, file));
    if let Some(key) = key {
        request = request.header("x-invitation", key);
    }
    http.ask(request).await
}

/// A picture that was taken; its id.
pub async fn sent(http: &Http, path: &str, key: Option<&str>) -> String {
    let sent = send(http, path, key, "me.png", &photo(ImageFormat::Png)).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    sent.json()["id"].as_str().expect("an id").to_owned()
}

const MEDIA: &str = "/api/v1/media";

#[tokio::test]
async fn a_picture_is_drawn_anew_and_stands_for_a_room() {
    let server = office().open().await;
    let kim = server.http().as_user("kim").await;
    for format in [ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Png] {
        let sent = send(&kim, MEDIA, None, "me", &photo(format)).await;
        assert_eq!(sent.status, 201, "{format:?}: {}", sent.text);
        let sent = sent.json();
        assert_eq!(sent["url"], *format!("{MEDIA}/{}", sent["id"].as_str().unwrap()));
        let path = sent["url"].as_str().unwrap();
        let served = server.http().begin(server.http().request(Method::GET, path)).await;
        assert_eq!((served.status, served.header("content-type")), (200, "image/jpeg"));
        assert_eq!(served.header("x-content-type-options"), "nosniff");
        assert!(served.header("cache-control").contains("immutable"));
        assert!(served.header("content-security-policy").contains("img-src 'self'"));
        let bytes = server.http().request(Method::GET, path).send().await.unwrap().bytes().await.unwrap();
        let drawn = image::load_from_memory(&bytes).unwrap();
        assert_eq!((drawn.width(), drawn.height()), (256, 256));
        // By its id, and by where it lies, as an edit sends it back.
        for name in [&sent["id"], &sent["url"]] {
            let made = kim.post("/api/v1/rooms", &json!({"title": "a", "picture": name})).await.json();
            assert_eq!(made["picture"], sent["url"]);
        }
    }
    server.http().get(&format!("{MEDIA}/{}", new_id())).await.unwrap().is_problem(404, "NOT_FOUND");
    server.finish().await;
}

#[tokio::test]
async fn a_guest_sends_one_with_the_key_alone() {
    let server = office().open().await;
    let guest = server.http();
    let made = opened_by(&server, "kim").await;
    let (room, key) = link_of(&made);
    let (path, file) = (format!("{MEDIA}?room={room}"), photo(ImageFormat::Png));
    assert_eq!(send(&guest, &path, Some(&key), "me.png", &file).await.status, 201);
    send(&guest, MEDIA, None, "me.png", &file).await.is_problem(401, "NOT_LOGGED_IN");
    send(&guest, &path, None, "me.png", &file).await.is_problem(404, "NOT_FOUND");
    send(&guest, &path, Some("x"), "me.png", &file).await.is_problem(404, "NOT_FOUND");
    send(&guest, &format!("{MEDIA}?room={}", new_id()), Some(&key), "me.png", &file).await.is_problem(404, "NOT_FOUND");
    let kim = server.http().as_user("kim").await;
    assert_eq!(kim.delete(&format!("/api/v1/rooms/{room}")).await.status, 204);
    send(&guest, &path, Some(&key), "me.png", &file).await.is_problem(404, "NOT_FOUND");
    assert_eq!(server.records().count("MEDIA"), 1);
    server.finish().await;
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_leaves_nothing_behind() {
    let server = office().open().await;
    let kim = server.http().as_user("kim").await;
    let (png, jpeg) = (photo(ImageFormat::Png), photo(ImageFormat::Jpeg));
    // Says it has 60,000 by 60,000 pixels.
    let mut bomb = png.clone();
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let large = [png.as_slice(), &vec![0; 3 * 1024 * 1024]].concat();
    for (what, file, status, code) in [
        ("nothing", &b""[..], 422, "OUT_OF_BOUNDS"),
        ("a page", b"<!doctype html><script>alert(1)</script>", 415, "UNSUPPORTED_PICTURE"),
        ("an SVG", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", 415, "UNSUPPORTED_PICTURE"),
        ("a GIF", b"GIF89a\x01\0\x01\0\0\0\0;", 415, "UNSUPPORTED_PICTURE"),
        ("half a PNG", &png[..png.len() / 2], 422, "OUT_OF_BOUNDS"),
        ("half a JPEG", &jpeg[..jpeg.len() / 2], 422, "OUT_OF_BOUNDS"),
        ("a bomb", &bomb, 422, "OUT_OF_BOUNDS"),
        ("3 MiB", &large, 413, "TOO_LARGE"),
    ] {
        let refused = send(&kim, MEDIA, None, "me.png", file).await;
        assert_eq!(refused.status, status, "{what}: {}", refused.text);
        refused.is_problem(status, code);
    }
    kim.post(MEDIA, &json!({})).await.is_problem(415, "UNSUPPORTED_MEDIA_TYPE");
    let broken = kim.request(Method::POST, MEDIA).header("content-type", "multipart/form-data; boundary=frontier");
    kim.ask(broken.body("--frontier\r\nno form at all")).await.is_problem(400, "BAD_REQUEST");
    let empty = kim.request(Method::POST, MEDIA).header("content-type", "multipart/form-data; boundary=frontier");
    assert_eq!(kim.ask(empty.body("--frontier--\r\n")).await.status, 400);
    assert_eq!(server.records().count("MEDIA"), 0);
    server.finish().await;
}

#[tokio::test]
async fn guests_of_one_address_send_twenty_and_then_wait() {
    let server = office().open().await;
    let (room, key) = link_of(&opened_by(&server, "kim").await);
    let path = format!("{MEDIA}?room={room}");
    for _ in 0..20 {
        send(&server.http(), &path, Some(&key), "me.png", b"").await.is_problem(422, "OUT_OF_BOUNDS");
    }
    send(&server.http(), &path, Some(&key), "me.png", b"").await.is_problem(429, "TOO_MANY");
    let kim = server.http().as_user("kim").await;
    assert_eq!(send(&kim, MEDIA, None, "me", &photo(ImageFormat::Png)).await.status, 201, "staff are not guests");
    assert_eq!(invitation(&server.http(), &room, &key).await.status, 200, "the door is open all the same");
    server.finish().await;
}

//! The pages' types, generated from the frames. `ANTEROOM_UPDATE=1 cargo test typescript` writes
//! the file; without it the test compares, so the committed file can never be stale.

use std::fmt::Write as _;
use std::path::Path;

use ts_rs::{Config, TS};

use super::*;

const FILE: &str = "web/src/lib/protocol.gen.ts";

fn declare<T: TS>(out: &mut String, config: &Config) {
    writeln!(out, "\nexport {}", T::decl(config)).unwrap();
}

/// What the file has in it.
pub(crate) fn generated() -> String {
    let config = Config::new().with_large_int("number");
    let mut out = String::from("// Generated from src/protocol by `make generate`. Do not edit.\n");
    declare::<ClientFrame>(&mut out, &config);
    declare::<ServerFrame>(&mut out, &config);
    declare::<LineInfo>(&mut out, &config);
    declare::<LineLoad>(&mut out, &config);
    declare::<Member>(&mut out, &config);
    declare::<Whisperer>(&mut out, &config);
    declare::<RoomKind>(&mut out, &config);
    declare::<RoomBrief>(&mut out, &config);
    declare::<Role>(&mut out, &config);
    declare::<SeatState>(&mut out, &config);
    declare::<MessageKind>(&mut out, &config);
    declare::<WithdrawnReason>(&mut out, &config);
    declare::<TransferState>(&mut out, &config);
    declare::<HandedOver>(&mut out, &config);
    declare::<EndReason>(&mut out, &config);
    declare::<ClosedReason>(&mut out, &config);
    declare::<NextStep>(&mut out, &config);
    declare::<Intent>(&mut out, &config);
    declare::<Activity>(&mut out, &config);
    declare::<ErrorCode>(&mut out, &config);
    declare::<FaultCode>(&mut out, &config);
    for name in [
        "AccountId",
        "DeskId",
        "SessionId",
        "LineId",
        "TicketId",
        "OfferId",
        "RoomId",
        "MemberId",
        "MessageId",
        "WhisperId",
        "Wall",
    ] {
        writeln!(out, "\nexport type {name} = string;").unwrap();
    }
    out.push_str("\n/** Limits of the frames' fields. */\n");
    for (name, limit) in [
        ("BODY_CHARS_MAX", BODY_CHARS_MAX),
        ("CLIENT_ID_CHARS_MAX", CLIENT_ID_CHARS_MAX),
        ("CODE_CHARS_MAX", CODE_CHARS_MAX),
        ("FRAME_BYTES_MAX", FRAME_BYTES_MAX),
        ("GUEST_NAME_CHARS_MAX", GUEST_NAME_CHARS_MAX),
        ("NICKNAME_CHARS_MAX", NICKNAME_CHARS_MAX),
        ("NOTE_CHARS_MAX", NOTE_CHARS_MAX),
    ] {
        writeln!(out, "export const {name} = {limit};").unwrap();
    }
    out
}

#[test]
fn the_pages_types_are_those_of_the_frames() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let generated = generated();
    if std::env::var_os("ANTEROOM_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, generated, "{FILE} is stale: run `make generate`");
}

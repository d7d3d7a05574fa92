//! What this server has signed and takes back, on any node, after any crash: resume tokens, and the
//! keys of links into group rooms.
//!
//! A token is `base64url(claims) . base64url(HMAC-SHA-256(key, claims))`. It carries what the row
//! on file says anyway, so a server that knows only the key and the row can honour it. The key of an
//! invitation is a signature alone, over the room: nothing secret is on file, and it can be shown
//! again to those who share it. What is signed for one purpose is not taken for another.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use thiserror::Error;
use uuid::Uuid;

use crate::ids::{AccountId, DeskId, MemberId, RoomId, SessionId, TicketId};
use crate::time::Wall;

/// Under this name the key of resume tokens is on file.
pub const SIGNING_KEY: &str = "SIGNING_KEY";
/// How long a token is honoured after its ticket was requested: no visit lasts longer than a day.
pub const TOKEN_VALID_S: i64 = 24 * 60 * 60;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The ticket it gives back.
    #[serde(rename = "t")]
    pub ticket: TicketId,
    /// The visit it belongs to.
    #[serde(rename = "s")]
    pub session: SessionId,
    /// The registered desk it was given to; no other desk may use it.
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    pub desk: Option<DeskId>,
    /// The moment that decides the ticket's place, microseconds since 1970 in UTC.
    #[serde(rename = "r")]
    pub requested_us: i64,
}

/// What a guest's token says. It is honoured as long as the seat is held, so it has no end of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatClaims {
    /// The group room.
    #[serde(rename = "g")]
    pub room: RoomId,
    /// The seat it gives back.
    #[serde(rename = "m")]
    pub member: MemberId,
}

/// What a browser's cookie says: that it has been logged in before, to these accounts. It lets nobody in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    /// The browser.
    #[serde(rename = "b")]
    pub id: Uuid,
    /// The newest first.
    #[serde(rename = "a")]
    pub accounts: Vec<AccountId>,
}

/// What a signature is for; stands before what is signed. A desk's claims begin with a brace instead.
const SEAT: &[u8] = b"seat:";
const INVITATION: &[u8] = b"invitation:";
const BROWSER: &[u8] = b"browser:";
const LOGIN: &[u8] = b"login:";
const GUESS: &[u8] = b"guess:";
/// Bytes of a login's mark: enough that no two are taken for each other.
const MARK_BYTES: usize = 12;

/// Why a token is not honoured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TokenFault {
    /// Not of this server's making, or changed on the way.
    #[error("the token was not made by this server")]
    Forged,
    /// Older than [`TOKEN_VALID_S`].
    #[error("the token is older than a day; make a new request")]
    Expired,
}

/// Signs and reads tokens.
#[derive(Clone)]
pub struct Tokens {
    mac: Hmac<Sha256>,
}

impl Tokens {
    /// `key` is secret and the same on every node; at least 32 bytes.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        // HMAC takes a key of any length, so this cannot fail; an empty key would still be a bug.
        debug_assert!(key.len() >= 32, "the signing key has at least 32 bytes");
        let mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes any key"));
        Self { mac }
    }

    /// The token that says `claims`.
    #[must_use]
    pub fn sign(&self, claims: &Claims) -> String {
        self.seal(b"", &serde_json::to_vec(claims).unwrap_or_default())
    }

    /// What `token` says, if it was made here and is not too old at `now`.
    pub fn read(&self, token: &str, now: Wall) -> Result<Claims, TokenFault> {
        let claims: Claims = serde_json::from_slice(&self.open(b"", token)?).map_err(|_| TokenFault::Forged)?;
        if now.0 - claims.requested_us > TOKEN_VALID_S * 1_000_000 {
            return Err(TokenFault::Expired);
        }
        Ok(claims)
    }

    /// The token with which a guest takes this seat back.
    #[must_use]
    pub fn sign_seat(&self, claims: &SeatClaims) -> String {
        self.seal(SEAT, &serde_json::to_vec(claims).unwrap_or_default())
    }

    /// What a guest's `token` says, if it was made here. Whether the seat is still held, its room knows.
    pub fn read_seat(&self, token: &str) -> Result<SeatClaims, TokenFault> {
        serde_json::from_slice(&self.open(SEAT, token)?).map_err(|_| TokenFault::Forged)
    }

    /// The cookie of a browser that has been logged in.
    #[must_use]
    pub fn sign_browser(&self, browser: &Browser) -> String {
        self.seal(BROWSER, &serde_json::to_vec(browser).unwrap_or_default())
    }

    /// What a browser's cookie says, if it was made here.
    #[must_use]
    pub fn read_browser(&self, cookie: &str) -> Option<Browser> {
        serde_json::from_slice(&self.open(BROWSER, cookie).ok()?).ok()
    }

    /// What stands in the audit for a login that no account has: the same login has the same mark, and who
    /// reads the audit cannot try through what it was. People type passwords there.
    #[must_use]
    pub fn mark_of_login(&self, login: &str) -> String {
        let mark = self.mac.clone().chain_update(LOGIN).chain_update(login).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode(&mark[..MARK_BYTES])
    }

    /// By what a guess at a secret is counted: the same on every node, and nobody without the key finds out of what.
    #[must_use]
    pub fn mark_of_guess(&self, what: &str) -> u64 {
        let mark = self.mac.clone().chain_update(GUESS).chain_update(what).finalize().into_bytes();
        mark.iter().take(8).fold(0, |whole, byte| whole << 8 | u64::from(*byte))
    }

    /// The key of the link into this group room.
    #[must_use]
    pub fn invitation(&self, room: RoomId) -> String {
        URL_SAFE_NO_PAD.encode(self.mac.clone().chain_update(INVITATION).chain_update(room.0).finalize().into_bytes())
    }

    /// Whether `key` is the key of the link into this group room; takes the same time either way.
    #[must_use]
    pub fn invites(&self, room: RoomId, key: &str) -> bool {
        let Ok(signature) = URL_SAFE_NO_PAD.decode(key) else { return false };
        self.mac.clone().chain_update(INVITATION).chain_update(room.0).verify_slice(&signature).is_ok()
    }

    fn seal(&self, purpose: &[u8], body: &[u8]) -> String {
        let signature = self.mac.clone().chain_update(purpose).chain_update(body).finalize().into_bytes();
        format!("{}.{}", URL_SAFE_NO_PAD.encode(body), URL_SAFE_NO_PAD.encode(signature))
    }

    fn open(&self, purpose: &[u8], token: &str) -> Result<Vec<u8>, TokenFault> {
        let (body, signature) = token.split_once('.').ok_or(TokenFault::Forged)?;
        let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| TokenFault::Forged)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenFault::Forged)?;
        let mac = self.mac.clone().chain_update(purpose).chain_update(&body);
        mac.verify_slice(&signature).map_err(|_| TokenFault::Forged)?;
        Ok(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims { ticket: TicketId::from(1), session: SessionId::from(2), desk: None, requested_us: 1_000 }
    }

    #[test]
    fn a_token_reads_back_what_was_signed() {
        let tokens = Tokens::new(&[7; 32]);
        assert_eq!(tokens.read(&tokens.sign(&claims()), Wall(2_000)), Ok(claims()));
    }

    #[test]
    fn a_token_of_another_key_or_with_one_changed_letter_is_forged() {
        let tokens = Tokens::new(&[7; 32]);
        let token = tokens.sign(&claims());
        assert_eq!(Tokens::new(&[8; 32]).read(&token, Wall(2_000)), Err(TokenFault::Forged));
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            if changed != token {
                assert_eq!(tokens.read(&changed, Wall(2_000)), Err(TokenFault::Forged), "letter {at}");
            }
        }
        assert_eq!(tokens.read("", Wall(0)), Err(TokenFault::Forged));
        assert_eq!(tokens.read("a.b.c", Wall(0)), Err(TokenFault::Forged));
    }

    #[test]
    fn a_token_of_yesterday_has_expired() {
        let tokens = Tokens::new(&[7; 32]);
        let late = Wall(1_000 + (TOKEN_VALID_S + 1) * 1_000_000);
        assert_eq!(tokens.read(&tokens.sign(&claims()), late), Err(TokenFault::Expired));
    }

    #[test]
    fn a_link_leads_into_its_own_room_alone() {
        let (tokens, room) = (Tokens::new(&[7; 32]), RoomId::from(1));
        let key = tokens.invitation(room);
        assert_eq!(key.len(), 43);
        assert!(tokens.invites(room, &key));
        assert!(!tokens.invites(RoomId::from(2), &key));
        assert!(!Tokens::new(&[8; 32]).invites(room, &key));
        for wrong in ["", "A", &key[1..], "!!", &URL_SAFE_NO_PAD.encode([0; 32])] {
            assert!(!tokens.invites(room, wrong), "{wrong}");
        }
    }

    #[test]
    fn what_is_signed_for_one_purpose_is_not_taken_for_another() {
        let tokens = Tokens::new(&[7; 32]);
        let seat = SeatClaims { room: RoomId::from(1), member: MemberId::from(2) };
        assert_eq!(tokens.read_seat(&tokens.sign_seat(&seat)), Ok(seat.clone()));
        assert_eq!(tokens.read_seat(&tokens.sign(&claims())), Err(TokenFault::Forged));
        assert_eq!(tokens.read(&tokens.sign_seat(&seat), Wall(2_000)), Err(TokenFault::Forged));
    }
}

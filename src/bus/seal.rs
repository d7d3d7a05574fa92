//! Messages sealed, so that whoever can reach an engine neither speaks nor reads: PostgreSQL's `NOTIFY`
//! and `LISTEN` ask for no right at all, and a Redis may be shared.
//!
//! A sealed message is who sealed it, a nonce, and the text under ChaCha20-Poly1305. Every incarnation has
//! a key of its own, derived from the signing key that all nodes know: so its nonces, which are drawn, need
//! only differ from each other, and not from those of all nodes of all years.

use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::ids::NodeId;

/// What the key is for; stands before who has it, and before nothing else that the signing key signs
/// (`tokens`).
const PURPOSE: &[u8] = b"bus:";
/// Bytes of an id.
const ID_LEN: usize = 16;
/// Bytes of the hash of the signing key that name an installation.
const INSTALLATION: usize = 8;

/// Seals and opens messages.
pub(super) struct Seal {
    signing: Hmac<Sha256>,
    me: NodeId,
    mine: LessSafeKey,
}

impl Seal {
    /// For the messages of `me`; `signing_key` is secret and the same on every node.
    pub(super) fn new(signing_key: &[u8], me: NodeId) -> Self {
        let signing = Hmac::new_from_slice(signing_key).unwrap_or_else(|_| unreachable!("HMAC takes any key"));
        let mine = key_of(&signing, me);
        Self { signing, me, mine }
    }

    /// Seals a message for this channel: elsewhere it does not open.
    pub(super) fn seal(&self, channel: &str, text: &str) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut body = text.as_bytes().to_vec();
        let mut sealed = [self.me.0.as_bytes().as_slice(), &nonce].concat();
        let done =
            self.mine.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(channel), &mut body);
        // Only a message of many gigabytes cannot be sealed; without its body it opens nowhere.
        if done.is_ok() {
            sealed.append(&mut body);
        }
        sealed
    }

    /// The text, if a node with the key sealed it for this channel.
    pub(super) fn open(&self, channel: &str, sealed: &[u8]) -> Option<String> {
        let (by, rest) = sealed.split_first_chunk::<ID_LEN>()?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>()?;
        let key = key_of(&self.signing, NodeId(Uuid::from_bytes(*by)));
        let mut body = body.to_vec();
        let text = key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(channel), &mut body).ok()?;
        let len = text.len();
        body.truncate(len);
        String::from_utf8(body).ok()
    }
}

fn key_of(signing: &Hmac<Sha256>, node: NodeId) -> LessSafeKey {
    let key = signing.clone().chain_update(PURPOSE).chain_update(node.0).finalize().into_bytes();
    let key = UnboundKey::new(&CHACHA20_POLY1305, &key);
    LessSafeKey::new(key.unwrap_or_else(|_| unreachable!("32 bytes, as the cipher wants them")))
}

/// What keeps our channels apart from another cluster's on the same Redis: 16 hex digits.
pub(super) fn installation(signing_key: &[u8]) -> String {
    Sha256::digest(signing_key)[..INSTALLATION].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;

    use super::*;
    use crate::cluster::Engine;

    fn seal_of(key: u8, node: u128) -> Seal {
        Seal::new(&[key; 32], NodeId::from(node))
    }

    #[test]
    fn what_was_sealed_opens_on_its_channel_with_its_key_alone() {
        let sealed = seal_of(7, 1).seal("a", "[1]");
        let other = seal_of(7, 2);
        assert_eq!(other.open("a", &sealed).as_deref(), Some("[1]"));
        assert_eq!(other.open("b", &sealed), None);
        assert_eq!(seal_of(8, 2).open("a", &sealed), None);
        assert_ne!(seal_of(7, 1).seal("a", "[1]"), sealed, "never the same twice");
    }

    #[test]
    fn what_was_changed_or_cut_does_not_open() {
        let seal = seal_of(7, 1);
        let sealed = seal.seal("a", "hello");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(seal.open("a", &changed), None, "byte {at}");
            assert_eq!(seal.open("a", &sealed[..at]), None, "cut at {at}");
        }
    }

    #[test]
    fn the_largest_message_is_one_that_postgresql_takes() {
        let sealed = seal_of(7, 1).seal("a", &"x".repeat(Engine::Postgres.message_max()));
        assert!(STANDARD_NO_PAD.encode(sealed).len() <= 7_900);
    }

    #[test]
    fn an_installation_is_named_by_its_key_and_does_not_tell_it() {
        assert_eq!(installation(&[7; 32]).len(), 16);
        assert_ne!(installation(&[7; 32]), installation(&[8; 32]));
    }
}

//! Messages sealed, so that whoever can reach an engine neither speaks nor reads: PostgreSQL's `NOTIFY`
//! and `LISTEN` ask for no right at all, and a Redis may be shared.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};

/// What the key is for; stands before nothing else that the signing key signs (`tokens`).
const PURPOSE: &[u8] = b"bus:";
/// Bytes of a nonce: long enough to be drawn, for years, by every node, under one key.
const NONCE: usize = 24;
/// A sealed message is so many bytes longer than its text: the nonce and the tag.
#[cfg(test)]
const LONGER: usize = NONCE + 16;
/// Bytes of the hash of the signing key that name an installation.
const INSTALLATION: usize = 8;

/// Seals and opens messages.
pub(super) struct Seal(XChaCha20Poly1305);

impl Seal {
    /// `signing_key` is secret and the same on every node.
    pub(super) fn new(signing_key: &[u8]) -> Self {
        let mac = Hmac::<Sha256>::new_from_slice(signing_key).unwrap_or_else(|_| unreachable!("HMAC takes any key"));
        let key: [u8; 32] = mac.chain_update(PURPOSE).finalize().into_bytes().into();
        Self(XChaCha20Poly1305::new(&Key::from(key)))
    }

    /// Seals a message for this channel: elsewhere it does not open.
    pub(super) fn seal(&self, channel: &str, text: &str) -> Vec<u8> {
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload { msg: text.as_bytes(), aad: channel.as_bytes() };
        let mut sealed = nonce.to_vec();
        // Only a message of many gigabytes cannot be sealed; an empty one opens nowhere.
        sealed.extend(self.0.encrypt(&XNonce::from(nonce), payload).unwrap_or_default());
        sealed
    }

    /// The text, if somebody with the key sealed it for this channel.
    pub(super) fn open(&self, channel: &str, sealed: &[u8]) -> Option<String> {
        let (nonce, msg) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg, aad: channel.as_bytes() };
        String::from_utf8(self.0.decrypt(&XNonce::from(*nonce), payload).ok()?).ok()
    }
}

/// What keeps our channels apart from another cluster's on the same Redis: 16 hex digits.
pub(super) fn installation(signing_key: &[u8]) -> String {
    Sha256::digest(signing_key)[..INSTALLATION].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_on_its_channel_with_its_key_alone() {
        let seal = Seal::new(&[7; 32]);
        let sealed = seal.seal("a", "[1]");
        assert_eq!(sealed.len(), "[1]".len() + LONGER);
        assert_eq!(seal.open("a", &sealed).as_deref(), Some("[1]"));
        assert_eq!(seal.open("b", &sealed), None);
        assert_eq!(Seal::new(&[8; 32]).open("a", &sealed), None);
        assert_ne!(seal.seal("a", "[1]"), sealed, "never the same twice");
    }

    #[test]
    fn what_was_changed_or_cut_does_not_open() {
        let seal = Seal::new(&[7; 32]);
        let sealed = seal.seal("a", "hello");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(seal.open("a", &changed), None, "byte {at}");
            assert_eq!(seal.open("a", &sealed[..at]), None, "cut at {at}");
        }
    }

    #[test]
    fn an_installation_is_named_by_its_key_and_does_not_tell_it() {
        assert_eq!(installation(&[7; 32]).len(), 16);
        assert_ne!(installation(&[7; 32]), installation(&[8; 32]));
    }
}

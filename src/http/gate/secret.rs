//! Secrets that are shown once and kept as a hash: session tokens, desk keys, the set-up link.
//!
//! They are 32 random bytes, so a fast hash is enough; a password is not, see `passwords`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Bytes of chance in a secret.
const SECRET_BYTES: usize = 32;

/// A new secret, as text that fits a URL and a cookie.
#[must_use]
pub fn draw() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; SECRET_BYTES]>())
}

/// What is kept of a secret.
#[must_use]
pub fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

/// Whether `secret` is the one that was kept as `kept`; takes the same time either way.
#[must_use]
pub fn is(secret: &str, kept: &str) -> bool {
    hash(secret).as_bytes().ct_eq(kept.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_hash_alone() {
        let secret = draw();
        assert_eq!(secret.len(), 43);
        assert!(is(&secret, &hash(&secret)));
        assert!(!is(&draw(), &hash(&secret)));
        assert!(!is("", &hash(&secret)));
        assert!(!is(&secret, ""));
    }
}

//! Codes that count once: of six digits that change every half minute (TOTP, RFC 6238), and recovery codes for
//! whoever has lost the device.

use std::time::{SystemTime, UNIX_EPOCH};

use totp_rs::{Builder, Secret, Totp};
use unicode_normalization::UnicodeNormalization;

use crate::http::gate::secret;
use crate::http::kit::error::AppError;
use crate::storage::people::accounts::Account;
use crate::storage::people::sessions::Proof;

/// What an authenticator shows beside the login.
const ISSUER: &str = "Anteroom";
/// Letters of a recovery code: 80 bits, which no one tries through.
const RECOVERY_LETTERS: usize = 16;
/// They are shown in groups of so many.
const RECOVERY_GROUP: usize = 4;
/// Without those that look alike; 32 of them.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
/// Most characters of a code as it is typed.
pub const CODE_CHARS_MAX: usize = 40;

/// What `code` proves about the holder of `account`; `None` if nothing. That it was not used before
/// is for the database to say. Codes change with the clock of the holder's phone, which is not ours: `now`
/// is [`Clock::outside`](crate::clock::Clock::outside).
pub fn prove(account: &Account, code: Option<&str>, now: SystemTime) -> Result<Option<Proof>, AppError> {
    if !account.second_factor {
        return Ok(Some(Proof::Nothing));
    }
    let Some(code) = code.map(plain).filter(|code| !code.is_empty()) else { return Ok(None) };
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Some(Proof::Recovery(hash_of(&code))));
    }
    let kept = account.totp_secret.as_deref().ok_or_else(|| AppError::internal("a second factor without a secret"))?;
    let step = step_of(&totp(kept, &account.login)?, &code, now);
    Ok(step.filter(|step| account.totp_step.is_none_or(|used| used < *step)).map(Proof::Step))
}

/// A code as it is meant: phones show it in groups, people type dashes, and a Korean keyboard may write
/// its digits full-width.
fn plain(code: &str) -> String {
    code.nfkc().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// SHA-1, six digits, half a minute, one step of leeway: what every authenticator understands.
pub(crate) fn totp(kept: &str, login: &str) -> Result<Totp, AppError> {
    let shared = Secret::try_from_base32(kept).map_err(AppError::internal)?;
    Builder::new()
        .with_secret(shared)
        .with_skew(1)
        .with_issuer(Some(ISSUER))
        // A colon stands between issuer and account.
        .with_account_name(login.replace(':', " "))
        .build()
        .map_err(AppError::internal)
}

/// The step in which the authenticator shows `code`; `None` if it is of no step near now.
pub(crate) fn step_of(totp: &Totp, code: &str, now: SystemTime) -> Option<i32> {
    let now_s = now.duration_since(UNIX_EPOCH).ok()?.as_secs();
    totp.check(&plain(code), now_s).and_then(|step| i32::try_from(step).ok())
}

/// A new recovery code, as it is shown.
pub(crate) fn draw_recovery_code() -> String {
    let drawn = rand::random::<[u8; RECOVERY_LETTERS]>();
    let letters: Vec<char> = drawn.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    letters.chunks(RECOVERY_GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What is kept of a recovery code, however it was typed.
pub(crate) fn hash_of(code: &str) -> String {
    secret::hash(&plain(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn a_code_counts_for_its_step_and_the_ones_beside_it() {
        let totp = totp(SHARED, "kim").unwrap();
        // RFC 6238, appendix B, the last six digits.
        let at = |second: u64| UNIX_EPOCH + std::time::Duration::from_secs(second);
        assert_eq!(step_of(&totp, "287082", at(59)), Some(1));
        assert_eq!(step_of(&totp, "287082", at(89)), Some(1));
        assert_eq!(step_of(&totp, "287082", at(121)), None);
        assert_eq!(step_of(&totp, "081804", at(1_111_111_109)), Some(37_037_036));
        for typed in
            ["287 082", "287-082", " 28 70 82 ", "２８７０８２", "２８７　０８２", "287\u{2013}082", "2\u{a0}87082"]
        {
            assert_eq!(step_of(&totp, typed, at(59)), Some(1), "{typed}");
        }
    }

    #[test]
    fn a_recovery_code_is_known_however_it_is_typed() {
        let code = draw_recovery_code();
        assert_eq!(code.len(), RECOVERY_LETTERS + 3);
        assert_eq!(hash_of(&code), hash_of(&code.to_uppercase().replace('-', " ")));
        let wide: String = code.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)).collect();
        assert_eq!(hash_of(&code), hash_of(&wide));
        assert_ne!(hash_of(&code), hash_of(&draw_recovery_code()));
    }

    #[test]
    fn an_authenticator_is_told_whose_secret_it_is() {
        let url = totp(SHARED, "a:b c").unwrap().to_url().unwrap();
        assert!(url.starts_with("otpauth://totp/Anteroom:a%20b%20c?"), "{url}");
        assert!(url.contains(&format!("secret={SHARED}")) && url.contains("issuer=Anteroom"), "{url}");
    }
}

//! Passwords: argon2id, and never more of it at once than the machine can bear.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::web;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use super::error::AppError;

/// Fewest characters of a new password.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// Most characters; more would only feed the hash.
pub const PASSWORD_CHARS_MAX: usize = 200;
/// Hashes at once: each takes 19 MiB and a core.
const AT_ONCE_MAX: usize = 2;
/// Log-ins that wait for their turn; at some 50 ms each the last waits under two seconds.
const WAITING_MAX: usize = 64;

/// Something to verify against when there is no such login, so that the answer takes as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash("nobody has this password").unwrap_or_default());

/// The hash of a password, in PHC form.
pub fn hash(password: &str) -> Result<String, AppError> {
    let password: String = password.nfc().collect();
    Ok(Argon2::default().hash_password(password.as_bytes()).map_err(AppError::internal)?.to_string())
}

/// Whether `password` is the one kept as `kept`. Takes tens of milliseconds of a core.
#[must_use]
pub fn fits(password: &str, kept: &str) -> bool {
    let password: String = password.nfc().collect();
    PasswordHash::new(kept).is_ok_and(|kept| Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
}

/// What is wrong with a new password, if anything.
pub fn check_new(password: &str) -> Result<(), String> {
    let chars = password.nfc().count();
    if chars < PASSWORD_CHARS_MIN {
        Err(format!("has {chars} characters; at least {PASSWORD_CHARS_MIN} are needed"))
    } else if chars > PASSWORD_CHARS_MAX {
        Err(format!("has {chars} characters; at most {PASSWORD_CHARS_MAX} are allowed"))
    } else {
        Ok(())
    }
}

/// Verifies and hashes, a few at a time.
pub struct Passwords {
    turns: Semaphore,
    waiting: AtomicUsize,
}

impl Default for Passwords {
    fn default() -> Self {
        // Drawn now: the first unknown login must not take longer than the others.
        LazyLock::force(&NOBODY);
        Self { turns: Semaphore::new(AT_ONCE_MAX), waiting: AtomicUsize::new(0) }
    }
}

impl Passwords {
    /// Whether `password` is the one kept as `kept`; with nothing kept it is not, and finding that
    /// out takes as long.
    pub async fn verify(&self, password: String, kept: Option<String>) -> Result<bool, AppError> {
        self.in_turn(move || {
            let is_known = kept.is_some();
            let kept = kept.unwrap_or_else(|| NOBODY.clone());
            Ok(fits(&password, &kept) && is_known)
        })
        .await
    }

    /// [`hash`], in turn.
    pub async fn hash(&self, password: String) -> Result<String, AppError> {
        self.in_turn(move || hash(&password)).await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let _place = Place::take(&self.waiting)?;
        let _turn = self.turns.acquire().await.map_err(AppError::internal)?;
        web::block(work).await?
    }
}

/// A place among those that wait or are served; given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, AppError> {
        if waiting.fetch_add(1, Ordering::Relaxed) >= WAITING_MAX {
            waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(AppError::unavailable("BUSY", 2, "too many people log in at this moment; try again"));
        }
        Ok(Self(waiting))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_password_has_bounds_in_characters() {
        assert!(check_new("여덟글자비밀번호").is_ok());
        assert!(check_new("short").is_err());
        assert!(check_new(&"x".repeat(201)).is_err());
    }

    #[actix_web::test]
    async fn a_password_typed_on_another_keyboard_is_the_same() {
        let passwords = Passwords::default();
        let kept = passwords.hash("\u{1112}\u{1161}\u{11ab}-password".into()).await.unwrap();
        assert!(kept.starts_with("$argon2id$"));
        assert_eq!(passwords.verify("한-password".into(), Some(kept.clone())).await, Ok(true));
        assert_eq!(passwords.verify("other".into(), Some(kept)).await, Ok(false));
        assert_eq!(passwords.verify("nobody has this password".into(), None).await, Ok(false));
    }
}

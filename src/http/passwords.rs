//! Passwords: argon2id, and never more of it at once than the machine can bear.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use actix_web::web;
use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use super::error::AppError;
use super::fault::Fault;

/// Fewest characters of a new password.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// Most characters; more would only feed the hash.
pub const PASSWORD_CHARS_MAX: usize = 200;
/// Log-ins that wait for their turn; at some 30 ms each the last waits about two seconds.
const WAITING_MAX: usize = 64;

/// Something to verify against when there is no such login, so that the answer takes as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash("nobody has this password").unwrap_or_default());

/// Working memory of hashes that are over, for those to come: as many pieces as there were hashes at
/// once. Taken anew for each, the allocator would lay small things between the pieces of 19 MiB, and
/// a storm of log-ins would leave half a gigabyte behind.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// The hash of a password, in PHC form.
pub fn hash(password: &str) -> Result<String, AppError> {
    new_hash(password).map(|hash| hash.to_string()).map_err(AppError::internal)
}

fn new_hash(password: &str) -> Result<PasswordHash, argon2::password_hash::Error> {
    let (argon2, salt) = (Argon2::default(), Salt::generate());
    let hash = output(&argon2, password, &salt, Params::DEFAULT_OUTPUT_LEN)?;
    Ok(PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: argon2.params().try_into()?,
        salt: Some(salt),
        hash: Some(hash),
    })
}

/// Whether `password` is the one kept as `kept`. Takes tens of milliseconds of a core.
#[must_use]
pub fn fits(password: &str, kept: &str) -> bool {
    let again = |kept: &PasswordHash| {
        let (algorithm, params) = (kept.algorithm.as_str().try_into().ok()?, kept.try_into().ok()?);
        let version = kept.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
        let (salt, length) = (kept.salt.as_ref()?, kept.hash.as_ref()?.len());
        output(&Argon2::new(algorithm, version, params), password, salt, length).ok()
    };
    // The two are compared in constant time: it is how `Output` is equal.
    PasswordHash::new(kept).is_ok_and(|kept| again(&kept).is_some_and(|found| kept.hash == Some(found)))
}

/// What argon2 makes of a password, however it was typed.
fn output(argon2: &Argon2, password: &str, salt: &[u8], length: usize) -> Result<Output, argon2::password_hash::Error> {
    let password: String = password.nfc().collect();
    let mut made = [0; Output::MAX_LENGTH];
    let made = made.get_mut(..length).ok_or(argon2::Error::OutputTooLong)?;
    let mut memory = MEMORY.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
    memory.resize(argon2.params().block_count(), Block::default());
    let done = argon2.hash_password_into_with_memory(password.as_bytes(), salt, made, &mut memory);
    MEMORY.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
    done?;
    Ok(Output::new(made)?)
}

/// What is wrong with a new password, if anything.
pub fn check_new(password: &str) -> Result<(), Fault> {
    let chars = password.nfc().count();
    if chars < PASSWORD_CHARS_MIN {
        Err(Fault::too_short(chars, PASSWORD_CHARS_MIN))
    } else if chars > PASSWORD_CHARS_MAX {
        Err(crate::protocol::TextFault::TooLong { chars, max: PASSWORD_CHARS_MAX }.into())
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
        // Half of the cores at most: the other half is for those who talk.
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self { turns: Semaphore::new((cores / 2).max(1)), waiting: AtomicUsize::new(0) }
    }
}

impl Passwords {
    /// A place in the queue, or the refusal where it is full. Whoever needs the database before the
    /// hash asks for the place first: a flood then costs nothing but its refusals.
    pub fn place(&self) -> Result<Place<'_>, AppError> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING_MAX {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(AppError::unavailable("BUSY", 2, "too many people log in at this moment; try again"));
        }
        Ok(Place(self))
    }

    /// [`Place::verify`], for who needs nothing before it.
    pub async fn verify(&self, password: String, kept: Option<String>) -> Result<bool, AppError> {
        self.place()?.verify(password, kept).await
    }

    /// [`hash`], in turn.
    pub async fn hash(&self, password: String) -> Result<String, AppError> {
        self.place()?.in_turn(move || hash(&password)).await
    }
}

/// A place among those that wait or are served; given back when dropped.
pub struct Place<'a>(&'a Passwords);

impl Place<'_> {
    /// Whether `password` is the one kept as `kept`; with nothing kept it is not, and finding that
    /// out takes as long.
    pub async fn verify(self, password: String, kept: Option<String>) -> Result<bool, AppError> {
        self.in_turn(move || {
            let is_known = kept.is_some();
            let kept = kept.unwrap_or_else(|| NOBODY.clone());
            Ok(fits(&password, &kept) && is_known)
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        self,
        work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let _turn = self.0.turns.acquire().await.map_err(AppError::internal)?;
        web::block(work).await?
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

    use super::*;

    #[test]
    fn a_new_password_has_bounds_in_characters() {
        assert!(check_new("여덟글자비밀번호").is_ok());
        assert!(check_new("short").is_err());
        assert!(check_new(&"x".repeat(201)).is_err());
    }

    #[test]
    fn a_hash_is_what_the_library_itself_makes_and_reads() {
        let argon2 = Argon2::default();
        let theirs = argon2.hash_password(b"a long password").unwrap().to_string();
        assert!(fits("a long password", &theirs) && !fits("another password", &theirs));
        let ours = hash("a long password").unwrap();
        assert_eq!(argon2.verify_password(b"a long password", ours.as_str()), Ok(()));
        assert!(argon2.verify_password(b"another password", ours.as_str()).is_err());
        // Made when other parameters were the default.
        let cheap = Argon2::new(Algorithm::Argon2i, Version::V0x10, Params::new(64, 2, 1, Some(24)).unwrap());
        let old = cheap.hash_password(b"a long password").unwrap().to_string();
        assert!(fits("a long password", &old) && !fits("another password", &old));
        for broken in ["", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0", "$scrypt$x", &old[..old.len() - 4]] {
            assert!(!fits("a long password", broken), "{broken}");
        }
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

//! Passwords: argon2id, and never more of it at once than the machine can bear.

use std::num::NonZero;
use std::sync::{LazyLock, Mutex, PoisonError};

use actix_web::web;
use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use unicode_normalization::UnicodeNormalization;

use crate::http::access_control::weak::{PASSWORD_CHARS_MIN, weakness};
use crate::http::gate::hash_queue::{HashQueue, Lane};
use crate::http::kit::error::AppError;
use crate::http::kit::fault::Fault;

/// Most characters; more would only feed the hash.
pub const PASSWORD_CHARS_MAX: usize = 200;

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

/// Refuses a new password that is too short, too long, or among the first a guesser tries.
pub fn check_new(password: &str) -> Result<(), AppError> {
    why_not(password).map_err(|fault| AppError::out_of_bounds("password", fault))
}

/// What is wrong with a new password, if anything.
pub fn why_not(password: &str) -> Result<(), Fault> {
    let chars = password.nfc().count();
    if chars < PASSWORD_CHARS_MIN {
        Err(Fault::too_short(chars, PASSWORD_CHARS_MIN))
    } else if chars > PASSWORD_CHARS_MAX {
        Err(crate::protocol::TextFault::TooLong { chars, max: PASSWORD_CHARS_MAX }.into())
    } else {
        weakness(password).map_or(Ok(()), |weak| Err(Fault::new(weak.code(), weak.reason())))
    }
}

/// Verifies and hashes, a few at a time, see `hash_queue`.
pub struct Passwords {
    hash_queue: HashQueue,
}

impl Default for Passwords {
    fn default() -> Self {
        // Drawn now: the first unknown login must not take longer than the others.
        LazyLock::force(&NOBODY);
        // Half of the cores at most: the other half is for those who talk.
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self { hash_queue: HashQueue::new((cores / 2).max(1)) }
    }
}

impl Passwords {
    /// Whether `password` is the one kept as `kept`; with nothing kept it is not, and finding that
    /// out takes as long.
    pub async fn verify(&self, lane: Lane, password: String, kept: Option<String>) -> Result<bool, AppError> {
        self.in_turn(lane, move || {
            let is_known = kept.is_some();
            let kept = kept.unwrap_or_else(|| NOBODY.clone());
            Ok(fits(&password, &kept) && is_known)
        })
        .await
    }

    /// [`hash`], in turn.
    pub async fn hash(&self, lane: Lane, password: String) -> Result<String, AppError> {
        self.in_turn(lane, move || hash(&password)).await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let turn = self.hash_queue.take(lane).await?;
        // The turn goes with the work: a client that hangs up does not end what has begun.
        web::block(move || {
            let done = work();
            drop(turn);
            done
        })
        .await?
    }
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

    use super::*;
    use crate::protocol::FaultCode;

    #[test]
    fn a_new_password_has_bounds_in_characters() {
        let code = |password: &str| why_not(password).err().map(|fault| fault.of("password").code);
        assert_eq!(code("여덟글자비밀번호"), None);
        assert_eq!(code("short"), Some(FaultCode::TooShort));
        assert_eq!(code(&"x".repeat(201)), Some(FaultCode::TooLong));
        assert_eq!((code("password1"), code("abababab")), (Some(FaultCode::Common), Some(FaultCode::Repeated)));
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
        let kept = passwords.hash(Lane::Known, "\u{1112}\u{1161}\u{11ab}-password".into()).await.unwrap();
        assert!(kept.starts_with("$argon2id$"));
        assert_eq!(passwords.verify(Lane::Known, "한-password".into(), Some(kept.clone())).await, Ok(true));
        assert_eq!(passwords.verify(Lane::Known, "other".into(), Some(kept)).await, Ok(false));
        assert_eq!(passwords.verify(Lane::Known, "nobody has this password".into(), None).await, Ok(false));
    }
}

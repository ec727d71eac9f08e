//! Password verification with argon2, in buffers that are reused.

use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread::available_parallelism;

use argon2::password_hash::Error;
use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use definable_errors::{ApiError, ResultExt};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// The hash of a random password that was thrown away. If there is no account, the given password
/// is compared with this hash, so that an unknown user takes as long as a wrong password.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$y0t7IL6ZjbUm827Evwo8qg$ctbi2Oqe+IVP6HnYTGDpmsSzluP3KSbkXcH6W0ODJPg";

/// Permits for password checks. Each check takes 19 MiB and a processor, so at most half of the
/// processors, and at most four, check passwords: other requests are served during a flood of
/// logins.
static TURNS: LazyLock<Semaphore> = LazyLock::new(|| {
    let processors = available_parallelism().map_or(1, usize::from);
    Semaphore::new((processors / 2).clamp(1, 4))
});

/// The buffers of finished checks, one for each permit. If each check allocated its own, the memory
/// would stay with the process, since the threads that allocate it come and go.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// Returns whether `password` has this hash; `false` if there is no hash.
pub(super) async fn is_right(password: String, hash: Option<String>) -> Result<bool, ApiError> {
    let is_somebodys = hash.is_some();
    let hash = hash.unwrap_or_else(|| NOBODYS.to_owned());
    let turn = TURNS.acquire().await.or_internal()?;
    let check = move || {
        let checked = check(&password, &hash);
        drop(turn);
        checked
    };
    let is_right = spawn_blocking(check).await.or_internal()?.or_internal()?;
    Ok(is_right && is_somebodys)
}

fn check(password: &str, hash: &str) -> Result<bool, Error> {
    let hash = PasswordHash::new(hash)?;
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        return Err(Error::EncodingInvalid);
    };
    let algorithm = Algorithm::try_from(hash.algorithm.as_str())?;
    let version = hash.version.map_or(Ok(Version::default()), Version::try_from)?;
    let params = Params::try_from(&hash)?;

    let mut memory = take_memory();
    memory.resize(params.block_count(), Block::default());
    let mut output = vec![0; expected.as_bytes().len()];
    let argon2 = Argon2::new(algorithm, version, params);
    let hashed =
        argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut memory);
    give_memory_back(memory);
    hashed?;
    // The comparison takes constant time.
    Ok(Output::new(&output)? == *expected)
}

fn take_memory() -> Vec<Block> {
    MEMORY.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
}

fn give_memory_back(memory: Vec<Block>) {
    MEMORY.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEDED: &str = include_str!("../seed/users.json");

    /// If the times differed, they would reveal who has an account.
    #[test]
    fn dummy_hash_costs_as_much_as_a_real_one() {
        let costs = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        let own = costs(NOBODYS);
        assert_eq!(own, "$argon2id$v=19$m=19456,t=2,p=1");
        assert_eq!(SEEDED.matches("$argon2").count(), 7);
        assert_eq!(SEEDED.matches(&own).count(), 7);
    }

    #[tokio::test]
    async fn password_matches_its_own_hash_alone() {
        let hash = SEEDED.split('"').find(|text| text.starts_with("$argon2")).unwrap();
        let reported = async |password: &str, hash: Option<&str>| {
            is_right(password.to_owned(), hash.map(str::to_owned)).await
        };
        assert!(reported("correct horse battery staple", Some(hash)).await.unwrap());
        assert!(!reported("correct horse battery stapl", Some(hash)).await.unwrap());
        assert!(!reported("correct horse battery staple", None).await.unwrap());
        for broken in ["hunter2", "$argon2id$v=19$m=19456,t=2,p=1"] {
            let broken = reported("correct horse battery staple", Some(broken)).await.unwrap_err();
            assert_eq!(broken.problem().code(), "internal_error");
        }
    }
}

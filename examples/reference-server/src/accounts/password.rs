use argon2::password_hash::Error;
use argon2::{Argon2, PasswordVerifier};
use definable_errors::{ApiError, ResultExt};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Of a random password that nobody kept: compared with where there is no account, so that an
/// unknown user takes as long as a wrong password.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$y0t7IL6ZjbUm827Evwo8qg$ctbi2Oqe+IVP6HnYTGDpmsSzluP3KSbkXcH6W0ODJPg";

/// Each takes 19 MiB and a processor: so many at once, the others wait.
static TURNS: Semaphore = Semaphore::const_new(4);

/// Whether it is the password of this hash; of no hash it is none.
pub(super) async fn is_right(password: String, hash: Option<String>) -> Result<bool, ApiError> {
    let is_somebodys = hash.is_some();
    let hash = hash.unwrap_or_else(|| NOBODYS.to_owned());
    let turn = TURNS.acquire().await.or_internal()?;
    let check = move || {
        let checked = Argon2::default().verify_password(password.as_bytes(), &*hash);
        drop(turn);
        checked
    };
    match spawn_blocking(check).await.or_internal()? {
        Ok(()) => Ok(is_somebodys),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(broken) => Err(broken).or_internal(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEDED: &str = include_str!("../seed/users.json");

    /// Else their times would tell who has an account.
    #[test]
    fn nobodys_hash_costs_as_much_as_anybodys() {
        let costs = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        let own = costs(NOBODYS);
        assert_eq!(own, "$argon2id$v=19$m=19456,t=2,p=1");
        assert_eq!(SEEDED.matches("$argon2").count(), 7);
        assert_eq!(SEEDED.matches(&own).count(), 7);
    }

    #[tokio::test]
    async fn a_password_is_right_for_its_own_hash_alone() {
        let hash = SEEDED.split('"').find(|text| text.starts_with("$argon2")).unwrap();
        let told = async |password: &str, hash: Option<&str>| {
            is_right(password.to_owned(), hash.map(str::to_owned)).await
        };
        assert!(told("correct horse battery staple", Some(hash)).await.unwrap());
        assert!(!told("correct horse battery stapl", Some(hash)).await.unwrap());
        assert!(!told("correct horse battery staple", None).await.unwrap());
        let broken = told("correct horse battery staple", Some("hunter2")).await.unwrap_err();
        assert_eq!(broken.problem().code(), "internal_error");
    }
}

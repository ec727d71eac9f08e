//! Keys of every algorithm, and tokens that another implementation signs with them.

use std::sync::LazyLock;
use std::time::SystemTime;

use definable_errors::auth::jwt::{Algorithm, Key};
use serde_json::{Value, json};

use super::Program;

pub(crate) const ALGORITHMS: [Algorithm; 12] = [
    Algorithm::Hs256,
    Algorithm::Hs384,
    Algorithm::Hs512,
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::EdDsa,
];

/// Secrets that are long enough for every hash.
const SECRETS: [&str; 2] = [
    "wJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaOkR4tY6uI9oPzXcVbNmQsDfGhJkL1e3Ty",
    "Q2w3E4r5T6y7U8i9O0pAsDfGhJkLzXcVbNm1q2W3e4R5t6Y7u8I9o0PaSdFgHjKl",
];

/// Both halves of a key, as a program wrote them.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) algorithm: Algorithm,
    pub(crate) private: String,
    pub(crate) public: String,
    jwk: Option<String>,
}

impl Pair {
    /// Returns one of the two keys that a program generated for an algorithm.
    pub(crate) fn of(program: Program, algorithm: Algorithm, which: Which) -> Self {
        static PAIRS: LazyLock<[Vec<Pair>; 2]> = LazyLock::new(|| Program::ALL.map(Pair::all));

        let mut pairs = PAIRS[program as usize].iter().filter(|pair| pair.algorithm == algorithm);
        pairs.nth(which as usize).unwrap().clone()
    }

    fn all(program: Program) -> Vec<Self> {
        let twice = ALGORITHMS.iter().flat_map(|algorithm| [*algorithm; 2]);
        let (secret, paired): (Vec<_>, Vec<_>) =
            twice.partition(|algorithm| algorithm.name().starts_with("HS"));
        let tasks: Vec<_> =
            paired.iter().map(|one| json!({ "do": "key", "alg": one.name() })).collect();
        let made = program.run(&tasks);
        let paired = paired.iter().zip(&made).map(|(algorithm, made)| Self::made(*algorithm, made));
        let secrets = secret.iter().zip(SECRETS.iter().cycle());
        paired.chain(secrets.map(|(algorithm, text)| Self::secret(*algorithm, text))).collect()
    }

    fn made(algorithm: Algorithm, made: &Value) -> Self {
        let text = |name: &str| made[name].as_str().map(str::to_owned);
        let [private, public] = ["private", "public"].map(|name| text(name).unwrap());
        Self { algorithm, private, public, jwk: text("jwk") }
    }

    fn secret(algorithm: Algorithm, text: &str) -> Self {
        Self { algorithm, private: text.to_owned(), public: text.to_owned(), jwk: None }
    }

    /// Returns the key that verifies: from a JWK if the program wrote one, else from PEM.
    pub(crate) fn key(&self) -> Key {
        let public = self.public.as_bytes();
        let key = match &self.jwk {
            Some(jwk) => Key::from_jwk(jwk),
            None if self.is_secret() => Key::from_secret(self.algorithm, public),
            None => Key::from_pem(self.algorithm, public),
        };
        key.unwrap()
    }

    pub(crate) fn is_secret(&self) -> bool {
        self.algorithm.name().starts_with("HS")
    }

    /// Returns the task of signing a valid token with this key.
    pub(crate) fn token(&self) -> Value {
        json!({
            "do": "sign", "alg": self.algorithm.name(), "key": self.private,
            "header": { "typ": "at+jwt" }, "claims": claims(),
        })
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Which {
    Ours,
    Another,
}

/// Returns the claims of a valid access token.
pub(crate) fn claims() -> Value {
    json!({
        "iss": "https://issuer.test", "aud": "live", "sub": "7", "client_id": "tests",
        "jti": "f81d4fae", "iat": now(), "exp": now() + 7200,
    })
}

pub(crate) fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()
}

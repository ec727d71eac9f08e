//! Tokens of ours that others accept.

use definable_errors::auth::jwt::{Issuer, SigningKey};
use serde_json::json;
use support::needs;

use super::minted::Which;
use super::{ALGORITHMS, Pair, Program};

fn signing(pair: &Pair) -> SigningKey {
    let private = pair.private.as_bytes();
    let key = if pair.is_secret() {
        SigningKey::from_secret(pair.algorithm, private)
    } else {
        SigningKey::from_pem(pair.algorithm, private)
    };
    key.unwrap()
}

/// Issues a token, and returns the task of verifying it.
fn task(pair: &Pair) -> serde_json::Value {
    let issuer = Issuer::new(signing(pair)).issuer("https://issuer.test").audience("live");
    let token = issuer.issue(json!({ "sub": "7" })).unwrap();
    json!({
        "do": "verify", "alg": pair.algorithm.name(), "key": pair.public,
        "token": token.as_str(), "iss": "https://issuer.test", "aud": "live",
    })
}

#[test]
fn tokens_that_we_issue_are_accepted_by_others() {
    needs!(Node, Python);
    for program in Program::ALL {
        let pairs = ALGORITHMS.map(|algorithm| Pair::of(program, algorithm, Which::Ours));
        let claims = program.run(&pairs.each_ref().map(task));
        for (claims, pair) in claims.iter().zip(&pairs) {
            let lifetime = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
            assert_eq!((&claims["sub"], lifetime), (&json!("7"), 900), "{}", pair.algorithm);
        }
    }
}

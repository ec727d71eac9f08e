//! Tests with the tokens and keys published in RFC 7515 §A.1 to §A.3.

use std::time::{Duration, SystemTime};

use definable_errors::auth::Principal;
use definable_errors::auth::jwt::{JwtVerifier, Key, Profile, SubjectType};
use definable_errors::context::Subject;
use serde::Deserialize;

use super::jwt::present;

#[derive(Deserialize)]
struct Joe {
    iss: String,
}

impl Principal for Joe {
    fn subject(&self) -> Subject {
        Subject::user(&self.iss)
    }
}

const CLAIMS: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

/// The header, the signature and the key of each token.
const PUBLISHED: [(&str, &str, &str); 3] = [
    (
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        r#"{"kty":"oct","alg":"HS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#,
    ),
    (
        "eyJhbGciOiJSUzI1NiJ9",
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
        r#"{"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}"#,
    ),
    (
        "eyJhbGciOiJFUzI1NiJ9",
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
    ),
];

fn verifier(jwk: &str) -> JwtVerifier<Joe> {
    let profile = Profile::general().subject("iss", SubjectType::Text);
    let builder = JwtVerifier::builder(profile).key(Key::from_jwk(jwk).unwrap());
    // The tokens expired in 2011.
    builder.clock(|| SystemTime::UNIX_EPOCH + Duration::from_secs(1_300_819_370)).build().unwrap()
}

#[tokio::test]
async fn published_tokens_are_accepted_by_their_keys_alone() {
    for (at, (header, signature, _)) in PUBLISHED.iter().enumerate() {
        let token = format!("{header}.{CLAIMS}.{signature}");
        for (other, (.., jwk)) in PUBLISHED.iter().enumerate() {
            let found = present(verifier(jwk), &token).await;
            if at == other {
                assert_eq!(found.body, "user:joe", "{at}");
            } else {
                assert_eq!(found.code(), "invalid_token", "{at} {other}");
            }
        }
    }
}

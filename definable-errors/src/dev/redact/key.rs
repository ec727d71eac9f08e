/// In a name, they make its value a secret wherever they stand.
const ANYWHERE: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "secret",
    "apikey",
    "authorization",
    "credential",
    "cookie",
    "privatekey",
    "accesskey",
    "signingkey",
    "encryptionkey",
    "sessionid",
];
/// At its end they do: `max_tokens` is none.
const AT_END: [&str; 12] = [
    "token",
    "pwd",
    "pass",
    "auth",
    "jwt",
    "otp",
    "sid",
    "dsn",
    "csrf",
    "xsrf",
    "sharedkey",
    "masterkey",
];

/// Whether a value under this name is a secret: `X-Api-Key`, `clientSecret`, `DB_PASSWORD`.
pub(super) fn is_secret(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let name: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    ANYWHERE.iter().any(|part| name.contains(part)) || AT_END.iter().any(|end| name.ends_with(end))
}

/// Whether its value goes on to the end of the line: `Cookie: a=b; c=d`.
pub(super) fn is_whole_line(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("authorization") || name.ends_with("cookie")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known() {
        for name in [
            "password",
            "PASSWORD",
            "db_password",
            "password_hash",
            "passwd",
            "pwd",
            "secret",
            "clientSecret",
            "client_secret",
            "token",
            "access_token",
            "refreshToken",
            "api_key",
            "apikey",
            "x-api-key",
            "Authorization",
            "proxy-authorization",
            "cookie",
            "Set-Cookie",
            "private_key",
            "aws_secret_access_key",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "user",
            "max_tokens",
            "tokens",
            "key",
            "id",
            "path",
            "tokenizer",
            "author",
            "passenger",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }
}

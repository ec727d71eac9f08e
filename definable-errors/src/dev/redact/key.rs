//! Classification of values by their names.

use super::known;

/// Words that make the value a secret anywhere in its name.
const ANYWHERE: [&str; 19] = [
    "password",
    "passwd",
    "passwort",
    "passphrase",
    "passcode",
    "secret",
    "apikey",
    "authorization",
    "credential",
    "cookie",
    "privatekey",
    "accesskey",
    "accountkey",
    "signingkey",
    "encryptionkey",
    "sessionid",
    "signature",
    "connectionstring",
    "devtoken",
];
/// Words that make the value a secret at the end of its name: `max_tokens` is not one.
const AT_END: [&str; 14] = [
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
    "bearer",
    "hmac",
];
/// Words that make the value a secret as the last word of its name, in texts: in code they are
/// ordinary names.
const LAST_WORDS: [&str; 21] = [
    "session",
    "sess",
    "sessid",
    "basic",
    "sig",
    "pin",
    "pat",
    "pw",
    "psk",
    "cvv",
    "cvc",
    "creds",
    "cred",
    "ticket",
    "assertion",
    "verifier",
    "seed",
    "mnemonic",
    "jsessionid",
    "phpsessid",
    "totp",
];
/// Words before `key` that make it an ordinary word.
const ORDINARY_KEYS: [&str; 14] = [
    "primary",
    "foreign",
    "public",
    "partition",
    "sort",
    "cache",
    "unique",
    "composite",
    "duplicate",
    "routing",
    "object",
    "row",
    "map",
    "",
];
/// Names whose values are sometimes secrets: `code` of OAuth is one, that of a database is not.
const AMBIGUOUS: [&str; 8] =
    ["code", "state", "key", "hash", "digest", "salt", "nonce", "challenge"];

/// Whether a value under this name is a secret: `X-Api-Key`, `clientSecret`, `DB_PASSWORD`.
pub(super) fn is_secret(name: &str) -> bool {
    let name: String = known::letters(name).collect();
    ANYWHERE.iter().any(|part| name.contains(part)) || AT_END.iter().any(|end| name.ends_with(end))
}

/// Whether a value under this name is a secret in a text, but not in code.
pub(super) fn is_secret_in_text(name: &str) -> bool {
    let (last, before) = last_words(name);
    let is_key = last == "key" && !ORDINARY_KEYS.contains(&&*before);
    is_secret(name) || is_key || LAST_WORDS.contains(&&*last)
}

/// Whether a value under this name may be a secret.
pub(super) fn is_ambiguous(name: &str) -> bool {
    AMBIGUOUS.contains(&&*last_words(name).0)
}

/// Whether its value extends to the end of the line: `Cookie: a=b; c=d`.
pub(super) fn is_whole_line(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("authorization") || name.ends_with("cookie")
}

/// Returns the last word of a name and the one before: `accountKey`, `account_key` and
/// `ACCOUNT-KEY` end in `key`.
fn last_words(name: &str) -> (String, String) {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars() {
        let is_border = !letter.is_ascii_alphanumeric() || was_lower && letter.is_ascii_uppercase();
        if is_border && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if letter.is_ascii_alphanumeric() {
            words.last_mut().expect("there is a word").push(letter.to_ascii_lowercase());
        }
        was_lower = letter.is_ascii_lowercase();
    }
    words.retain(|word| !word.is_empty());
    let last = words.pop().unwrap_or_default();
    (last, words.pop().unwrap_or_default())
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
            "X-Amz-Signature",
            "AccountKey",
            "DB_PASS",
            "definable_dev_token_8000",
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

    #[test]
    fn names_of_secrets_in_texts_are_known() {
        for name in
            ["session", "PHPSESSID", "sig", "user_pin", "STRIPE_KEY", "licenseKey", "SAS-SIG"]
        {
            assert!(is_secret_in_text(name), "{name}");
        }
        for name in
            ["foreign_key", "primaryKey", "key", "config", "spin", "compat", "session_count"]
        {
            assert!(!is_secret_in_text(name), "{name}");
        }
        assert!(is_ambiguous("code") && is_ambiguous("auth_code") && !is_ambiguous("codec"));
    }
}

//! Tests of the whole redactor: secrets of many shapes in many places, and texts that must stay
//! readable.

use super::*;

const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";

#[test]
fn secrets_are_taken_out() {
    for (given, expected) in [
        ("password=hunter2", "password=[redacted 1-8]"),
        ("password = hunter2 for u", "password = [redacted 1-8] for u"),
        (r#"{"password":"hunt\"er2","id":5}"#, r#"{"password":"[redacted 8-16]","id":5}"#),
        (
            r#"body: "{\"token\":\"abc\",\"id\":5}""#,
            r#"body: "{\"token\":\"[redacted 1-8]\",\"id\":5}""#,
        ),
        (
            r#"User { name: "a", password: Some("x y") }"#,
            r#"User { name: "a", password: [redacted 8-16] }"#,
        ),
        (
            r#"[("password", "hunter2"), ("a", "b")]"#,
            r#"[("password", "[redacted 1-8]"), ("a", "b")]"#,
        ),
        ("Key (email, token)=(a@b, xyz) exists", "Key (email, token)=[redacted 8-16] exists"),
        ("GET /x?token=abc&limit=5", "GET /x?token=[redacted 1-8]&limit=5"),
        ("/x?token%3Dabc", "/x?token%3D[redacted 1-8]"),
        ("Cookie: a=b; session=c d\nHost: x", "Cookie: [redacted 16-32]\nHost: x"),
        ("authorization: Digest username=\"u\", response=\"r\"", "authorization: [redacted 32-64]"),
        ("x-api-key: Basic dTpw rest", "x-api-key: [redacted 8-16]"),
        ("with token: Basic dTpw rest", "with token: [redacted 8-16] rest"),
        ("Server=h;Password=a b", "Server=h;Password=[redacted 1-8]"),
        ("sent Bearer abcdefgh", "sent Bearer [redacted 8-16]"),
        ("sent basic dTpw, twice", "sent basic [redacted 1-8], twice"),
        ("postgres://u:p@h:5432/db", "postgres://[redacted 1-8]@h:5432/db"),
        ("postgres://u:p@ss/w@h/db", "postgres://[redacted 8-16]@h/db"),
        ("postgres://u:p/s@h/db", "postgres://[redacted 1-8]@h/db"),
        ("https://ghp@h, redis://:p@h", "https://[redacted 1-8]@h, redis://[redacted 1-8]@h"),
        ("id AKIAIOSFODNN7EXAMPLE", "id [redacted 16-32]"),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "[redacted 32-64]"),
        ("ghp_aaaaaaaaaaaaaaaaaaaa", "[redacted 16-32]"),
        ("0x0123456789abcdef0123456789abcdef", "[redacted 32-64]"),
        ("a -----BEGIN KEY-----\nabc\n-----END KEY----- b", "a [redacted 16-32] b"),
        ("a -----BEGIN KEY-----\nabc", "a [redacted 8-16]"),
    ] {
        assert_eq!(text(given), expected, "{given}");
    }
    for given in
        [JWT.to_owned(), format!("/x?jwt2={JWT}"), format!("got {JWT}, bad"), format!("a/{JWT}")]
    {
        let shown = text(&given);
        assert!(JWT.split('.').all(|part| !shown.contains(part)), "{shown}");
    }
}

#[test]
fn the_rest_stays_readable() {
    for given in [
        "error returned from database: no such table: orders",
        "order 0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11 does not exist",
        "GET /orders/0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11/items?limit=10",
        "urn:uuid:0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11",
        "/home/user/project2/src/handlers/CreateOrderHandler.rs:41:22",
        "~/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/sqlx-core-0.8.6/src/pool/inner.rs",
        "shop::auth::Token::verify, <shop::orders::OrderError as core::fmt::Display>::fmt",
        "called `Option::unwrap()` on a `None` value",
        "12345678901234567890123456789012345678901234567890",
        "2024-01-01T00:00:00.000000Z",
        "max_tokens=4096",
        "connect to http://localhost:3000/x?email=a@b.c",
        "bearer token missing",
        "Bearer realm=\"api\"",
        "basic authentication failed",
        "password: None",
        "ConnectionPoolTimeoutErrorHandlerFactory",
        "a_long_name_in_snake_case_with_many_words_2",
        "Überprüfung ✓ 日本語",
        "",
    ] {
        assert_eq!(text(given), given);
    }
}

const UUID: &str = "0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11";

/// The places of less recognizable secrets; `{}` is the secret.
const PLACES: &[&str] = &[
    "Bearer: {}",
    "bearer={}",
    "session={}",
    "session: {}",
    "session {} not found",
    "PHPSESSID={}",
    "code={}",
    "GET /callback?code={}&state={}",
    "/oauth/callback?state={}",
    "https://h/x?X-Amz-Signature={}&X-Amz-Expires=300",
    "https://h/x?sv=2024&sig={}",
    "https://h/reset?t={}",
    "https://h/#t={}&foo={}",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={};EndpointSuffix=core",
    "Server=h;Database=d;User Id=sa;Password={} {};Encrypt=true",
    "host=h user=u password={} dbname=d",
    "pwd={}",
    "u:{}@h:5432",
    "failed to connect to admin:{}@tcp(localhost:3306)/shop",
    "mysql://u:{}@h",
    "redis://:{}@h:6379/0",
    "password {}",
    "invalid token {}",
    "token `{}` was revoked",
    "the password is {}",
    "api key {} rejected",
    "curl -u admin:{} https://h",
    "login --password {} --user u",
    "api_key=\"{}\"",
    "{\"secret\":\"{}\"}",
    "{'pin': '{}'}",
    "username=a&otp={}&x={}",
    "DB_PASS={}",
    "STRIPE_KEY={}",
    "STRIPE_KEY: {}",
    "APP_ENV=dev\nFOO={}\nPORT=80",
    "export SOMETHING={}",
    "Cookie: sid={}; theme=dark",
    "sid={}; Path=/; HttpOnly",
    "Authorization: Token {}",
    "Authorization: AWS4-HMAC-SHA256 Credential={}/x, Signature={}",
    "X-Session: {}",
    "sent x-shop-auth2: {} twice",
    "host: h\naccept: */*\nx-shop: {}\nshop-thing: {}\nthing: {}",
    "> Host: h\n> Shop-Thing: {} {}\n> Accept: */*",
    r#"{"host": "h", "shop-thing": "{}"}"#,
    r#"[("shop-thing", "{}")]"#,
    "<Password>{}</Password>",
    "password=b\"{} {}\"",
    "password: {} {} {}",
    "nonce={}",
    "Digest username=\"u\", nonce=\"{}\", response=\"{}\"",
    "foo={}",
    "unknown=x&bar={}",
    ";jsessionid={}?x=1",
    "-----BEGIN PRIVATE KEY-----\n{}",
    "API key: {}",
    "your session ID: {}",
    "[(\"HOME\", \"/root\"), (\"FOO_BAR\", \"{}\")]",
    "{\"FOO\": \"{}\"}",
    "PORT: 80\nFOO_BAR: {}\nBAR: {}",
    "basic: {}",
    "refresh={}",
    "PGPASSWORD={} psql -h h",
    "mysql --pass {} shop",
    "curl -H 'Authorization: Bearer {}' https://h",
    "grant_type=x&code_verifier={}&client_secret={}",
    "SharedAccessSignature=sv=2024&sig={}",
    "jwt {} is malformed",
    "secret key {}",
    "token={}, user=5",
    "token: {}, user: 5",
    "wrong password ({}) for user 5",
    "login failed for u with password {}",
    "{\"user\":\"a\",\"pass\":\"{}\",\"id\":1}",
    "Credentials { user: \"a\", password: \"{}\" }",
    "Login(User { session: Some(\"{}\") })",
    "?access_token={}#x",
    "redirect to https://h/cb?code={}&scope=a",
    "ftp://u:{}@h/file",
    "jdbc:postgresql://h/db?user=u&password={}",
    "Driver=x;Uid=u;Pwd={};",
    "sentry dsn https://{}@sentry.io/5",
    "BASIC_AUTH={}",
    "REDIS_PASSWORD: {}",
    "client-secret={}",
    "session_id={}",
    "csrf_token={}",
    "Set-Cookie: id={}; Path=/",
    "Proxy-Authorization: Basic {}",
    "x-goog-signature={}",
    "auth_code={}",
    "private_key={}",
    "passphrase '{}'",
    "Private-Token: {}",
];

#[test]
fn looser_secrets_are_taken_out() {
    let mut leaks = Vec::new();
    for place in PLACES {
        for secret in
            ["s3cr3t-Canary", "0c4n4ry0", "hunter2-canary", "p@ss!w0rd", "CanaryValue", UUID]
        {
            let given = place.replace("{}", secret);
            let shown = text(&given);
            if shown.contains(secret) {
                leaks.push(format!("{given:?} became {shown:?}"));
            }
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

#[test]
fn keys_of_well_known_services_are_taken_out() {
    for prefix in ["AKIA", "ghp_", "xoxb-", "sk_live_", "rk_test_", "glpat-", "npm_", "hf_0123456"]
    {
        for secret in ["s3cr3t-Canary", "0c4n4ry0", "CanaryValue", UUID] {
            let shown = text(&format!("the key {prefix}{secret} is unknown"));
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[test]
fn what_is_known_to_be_harmless_is_shown() {
    for given in [
        "GET /orders?page=2&limit=10&sort=name&order_id=7 failed",
        "code=5432",
        "error code: 42P01",
        "code=42P01 severity=ERROR",
        "Os { code: 2, kind: NotFound, message: \"No such file or directory\" }",
        "{\"code\":\"order_not_found\",\"status\":404}",
        "state: Running",
        "exit code=1",
        "host=localhost port=5432 user=shop dbname=orders sslmode=disable",
        "Key (email)=(a@b.c) already exists",
        "Key (order_id)=(7) is not present in table \"orders\"",
        "duplicate key value violates unique constraint \"orders_pkey\"",
        "foreign_key: orders_user_id_fkey",
        "password authentication failed for user \"shop\"",
        "password: too short",
        "the token is missing",
        "token expired at 2024-01-01T00:00:00Z",
        "unexpected token `}` at line 1 column 7",
        "missing field `password` at line 1 column 2",
        "invalid type: string \"x\", expected u8 at line 1 column 9",
        "column \"token\" of relation \"users\" does not exist",
        "session closed by peer, pool timed out after 30s",
        "assertion `left == right` failed\n  left: 1\n right: 2",
        "SELECT name FROM orders WHERE id = $1 AND status = 'paid'",
        "PORT=8000\nAPP_ENV=dev\nRUST_LOG=info",
        "host: localhost\nuser-agent: curl/8.5.0\naccept: */*\ncontent-type: text/plain",
        "sqlx-core: pool timed out while waiting",
        "error: it broke\nnote: look there\nhelp: do this",
        "timeout=30s retries=3 elapsed=1.5ms addr=127.0.0.1:5432 path=/etc/shop/config.toml",
        "type=core::fmt::Error",
        "git@github.com:shop/shop.git",
        "Option<Token> is not a future",
        "SQLITE_BUSY: database is locked",
        "[(\"HOME\", \"/root\"), (\"PORT\", \"80\")]",
        "{\"order-id\": \"7\", \"content-type\": \"text/plain\"}",
        "order_id=0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11",
        "thread 'main' panicked at src/main.rs:4:5",
    ] {
        assert_eq!(text(given), given);
    }
}

#[test]
fn code_keeps_its_names_and_loses_its_secrets() {
    for (given, expected) in [
        ("    let token = request.token()?;", "    let token = request.token()?;"),
        ("fn verify(token: &str) -> bool {", "fn verify(token: &str) -> bool {"),
        ("let row = query(\"select 1\").await?;", "let row = query(\"select 1\").await?;"),
        ("const PASSWORD: &str = \"hunter2\";", "const PASSWORD: &str = \"[redacted 1-8]\";"),
        ("f('\"', password, \"hunter2\")", "f('\"', password, \"[redacted 1-8]\")"),
        ("header(\"x-api-key\", \"hunter2\")", "header(\"x-api-key\", \"[redacted 1-8]\")"),
        ("let secret = r#\"a\"b\"#;", "let secret = r#\"[redacted 1-8]"),
        ("connect(\"postgres://u:p@h/db\")", "connect(\"postgres://[redacted 1-8]@h/db\")"),
        ("panic!(\"password=hunter2\")", "panic!(\"[redacted 16-32]\")"),
        ("run(\"--password hunter2\")", "run(\"[redacted 16-32]\")"),
        ("    password=hunter2", "    password=[redacted 1-8]"),
    ] {
        assert_eq!(code(given), expected);
    }
}

// The surroundings do not matter.
#[test]
fn no_canary_leaks() {
    let canaries = ["c4n4ry", "Canary-One", "CANARY", "käsekuchen", "c_a.n~a+r/y="];
    let places = [
        "password={}",
        "PASSWORD: {}",
        "\"api_key\": \"{}\"",
        "'secret': '{}'",
        "client_secret=>{}",
        "Authorization: Bearer {}",
        "authorization: Basic {}",
        "Cookie: sid={}; b={}",
        "set-cookie: {}",
        "\"set-cookie\": \"a={}; HttpOnly\"",
        "Proxy-Authorization: {}",
        "X-Api-Key: {}",
        "Some(Token: {})",
        "Bearer {}",
        "BEARER  {}",
        "amqp://user:{}@h/v",
        "redis://{}@h",
        "refreshToken: Some(\"{}\")",
        "Config { password: Secret([\"{}\"]), port: 1 }",
        "{\\\"password\\\":\\\"{}\\\"}",
        "(\"token\", \"{}\")",
        "AccessToken(\"{}\")",
        "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN X-----\n{}",
        "Key (api_key)=({}) exists",
        "https://h/cb?access_token={}&state=1",
        "secret: {\"a\": {\"b\": \"{}\"}}",
        "session={}",
        "/cb?code={}&state=1",
        "https://h/x?X-Amz-Signature={}",
        "AccountKey={};EndpointSuffix=h",
        "u:{}@h:5432",
        "Bearer: {}",
        "password {}",
        "invalid token {}",
        "api key '{}'",
        "X-Shop: {}",
        "FOO={}",
        "<Password>{}</Password>",
        "API key: {}",
    ];
    let noise = [
        "",
        "x",
        " ",
        "\n",
        "error: ",
        "é✓ ",
        "a=b ",
        "{",
        "\"",
        "user: 5, ",
        "https://h/ ",
        "Some(",
    ];
    let mut random = fastrand::Rng::with_seed(42);
    for _ in 0..20_000 {
        let canary = canaries[random.usize(..canaries.len())];
        let place = places[random.usize(..places.len())].replace("{}", canary);
        let before: String =
            (0..random.usize(..4)).map(|_| noise[random.usize(..noise.len())]).collect();
        let given = format!("{before} {place}\n{}", noise[random.usize(..noise.len())]);
        let shown = text(&given);
        assert!(!shown.contains(canary), "{given:?} became {shown:?}");
    }
}

#[test]
fn any_text_is_taken() {
    let mut random = fastrand::Rng::with_seed(7);
    let alphabet: Vec<char> =
        "pasword token:=\"'\\([{}])&;,@/.-_%3DBearer eyJ://\né✓09AZ".chars().collect();
    for _ in 0..20_000 {
        let length = random.usize(..60);
        let given: String = (0..length).map(|_| alphabet[random.usize(..alphabet.len())]).collect();
        let _ = (text(&given), code(&given));
    }
}

#[test]
fn redacting_again_changes_nothing() {
    for given in
        ["password=hunter2", "\"token\": \"abc\"", "Cookie: a=b", "http://u:p@h", "Bearer abc", JWT]
    {
        let once = text(given);
        assert_eq!(text(&once), once);
    }
}

#[test]
fn a_long_text_is_cut_and_its_end_is_no_secret() {
    let words = text(&"word ".repeat(100_000));
    assert!(words.len() <= MAX_TEXT + '…'.len_utf8() && words.ends_with('…'));
    let filler = format!("{} ", "[".repeat(MAX_READ - 9));
    assert!(!text(&format!("{filler}ghp_aaaaaaaaaaaaaaaaaaaaaa")).contains("ghp"));
    assert!(text(&"a".repeat(100_000)).len() <= MAX_TEXT + 3);
}

#[test]
fn markers_keep_a_length_class_only() {
    let shown: Vec<_> =
        [1, 7, 8, 16, 32, 64, 128, 9999].map(|length| marker(&"x".repeat(length))).into();
    assert_eq!(shown.join(" ").matches("redacted").count(), 8);
    assert_eq!((shown[0], shown[1]), (shown[1], "[redacted 1-8]"));
}

//! Tests of login, token refresh, and the user's own data.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::database::Database;
use crate::{ACME, Answer, GLOBEX, PASSWORD, Server, User, token};

async fn login(server: &Server, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    Answer::to(server.anonymous("POST", "/auth/login").json(&body)).await
}

async fn tokens(server: &Server, user: User) -> Value {
    login(server, &user.email(), PASSWORD).await.json(200)
}

async fn refresh(server: &Server, token: &Value) -> Answer {
    let body = json!({"refresh_token": token});
    Answer::to(server.anonymous("POST", "/auth/refresh").json(&body)).await
}

async fn me(server: &Server, token: &str) -> Answer {
    Answer::to(server.anonymous("GET", "/users/me").bearer_auth(token)).await
}

fn decoded(token: &str, part: usize) -> Value {
    use base64::Engine;
    let part = token.split('.').nth(part).unwrap();
    let json = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap();
    serde_json::from_slice(&json).unwrap()
}

#[tokio::test]
async fn login_issues_tokens_that_open_the_users_own_data() {
    let server = Server::production();
    let answer = login(&server, "Member@Acme.test", PASSWORD).await;
    let body = answer.json(200);
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(answer.header("cache-control"), "no-store");
    let names: Vec<_> = body.as_object().unwrap().keys().collect();
    assert_eq!(names, ["access_token", "expires_in", "refresh_token", "token_type"]);
    let (access, refresh) =
        (body["access_token"].as_str().unwrap(), body["refresh_token"].as_str().unwrap());
    assert_eq!(decoded(access, 0), json!({"typ": "at+jwt", "alg": "HS256"}));
    assert_eq!(decoded(access, 1)["id"], User::Member.id());
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    assert!(refresh.len() == 43 && refresh.bytes().all(is_base64url), "{refresh}");
    let roles = json!({ACME: "member", GLOBEX: "guest"});
    let who = json!({"id": User::Member.id(), "email": "member@acme.test", "roles": roles});
    assert_eq!(me(&server, access).await.json(200), who);
}

#[tokio::test]
async fn suspended_and_invited_members_can_log_in() {
    let server = Server::production();
    for (user, status) in [(User::Suspended, "suspended"), (User::Invited, "invited")] {
        let tokens = tokens(&server, user).await;
        let path = "/users/me/organizations";
        let request =
            server.anonymous("GET", path).bearer_auth(tokens["access_token"].as_str().unwrap());
        let acme = json!({"id": ACME, "name": "acme", "role": "member", "status": status});
        assert_eq!(Answer::to(request).await.json(200), json!({"items": [acme]}));
        let me = me(&server, tokens["access_token"].as_str().unwrap()).await.json(200);
        assert_eq!(me["roles"], json!({}), "a role that is not in force is not shown");
    }
}

#[tokio::test]
async fn user_sees_all_of_their_organizations() {
    let server = Server::production();
    let request = server.request_by(User::Member, "GET", "/users/me/organizations");
    assert_eq!(
        Answer::to(request).await.json(200),
        json!({"items": [
            {"id": ACME, "name": "acme", "role": "member", "status": "active"},
            {"id": GLOBEX, "name": "globex", "role": "guest", "status": "active"},
        ]})
    );
}

/// Returns the problem without the members that differ from response to response.
fn anonymous(answer: &Answer) -> Value {
    let mut problem = answer.problem(401, "invalid_credentials");
    problem.as_object_mut().unwrap().retain(|name, _| name != "instance" && name != "request_id");
    problem
}

#[tokio::test]
async fn unknown_user_and_wrong_password_get_the_same_response() {
    let server = Server::production();
    let wrong = login(&server, "owner@acme.test", "hunter2").await;
    let others = [
        login(&server, "nobody@acme.test", "hunter2").await,
        login(&server, "nobody@acme.test", PASSWORD).await,
        login(&server, "locked@acme.test", "hunter2").await,
        login(&server, "owner@acme.test", "").await,
        login(&server, "", "").await,
        login(&server, "' OR 1=1 --", PASSWORD).await,
        login(&server, "owner@acme.test\0", PASSWORD).await,
        login(&server, "owner@acme.test", &format!("{PASSWORD} ")).await,
    ];
    assert_eq!(anonymous(&wrong)["detail"], "Invalid credentials");
    assert!(!wrong.header("www-authenticate").is_empty());
    let names =
        |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    for other in others {
        assert_eq!((anonymous(&other), names(&other)), (anonymous(&wrong), names(&wrong)));
        assert_eq!(other.header("www-authenticate"), wrong.header("www-authenticate"));
    }
}

/// Both hash once; without that, an unknown user would get a response in a fiftieth of the time.
/// The two alternate, so that a busy machine slows down both, and as often as an account allows
/// attempts.
#[tokio::test]
async fn unknown_user_and_wrong_password_take_equally_long() {
    let server = Server::production();
    let mut fastest = [Duration::MAX; 2];
    for _ in 0..5 {
        for (at, email) in ["owner@acme.test", "nobody@acme.test"].into_iter().enumerate() {
            let start = Instant::now();
            let wrong = login(&server, email, "hunter2").await;
            assert_eq!(wrong.status, 401, "{}", wrong.text);
            fastest[at] = fastest[at].min(start.elapsed());
        }
    }
    let [known, unknown] = fastest;
    assert!(unknown > known / 10 && known > unknown / 10, "{known:?} {unknown:?}");
}

#[tokio::test]
async fn locked_account_is_reported_only_after_the_right_password() {
    let server = Server::production();
    let locked = login(&server, "locked@acme.test", PASSWORD).await;
    let problem = locked.problem(403, "account_locked");
    assert_eq!(problem["title"], "Account locked");
    assert!(!locked.headers.contains_key("www-authenticate"));
    login(&server, "locked@acme.test", "hunter2").await.problem(401, "invalid_credentials");
}

#[tokio::test]
async fn malformed_login_is_rejected_without_an_echo() {
    let server = Server::production();
    let post = |body: &'static str| {
        let request = server.anonymous("POST", "/auth/login");
        Answer::to(request.header("content-type", "application/json").body(body))
    };
    let cases = [
        (r#"{"email": "hunter2"}"#, "#/password required"),
        (r#"{"email": ["hunter2"], "password": ""}"#, "#/email type"),
        (r#"{"email": "", "password": "", "pasword": "hunter2"}"#, "#/pasword unknown_field"),
    ];
    for (body, reported) in cases {
        let answer = post(body).await;
        assert_eq!(answer.violations(), [reported]);
        assert!(!answer.text.contains("hunter2"));
    }
    post("{\"password\": \"hunter2").await.problem(400, "malformed_body");
    let long = login(&server, &"a".repeat(255), &"b".repeat(1025)).await;
    assert_eq!(long.violations(), ["#/email length", "#/password length"]);
}

#[tokio::test]
async fn refresh_token_works_once_and_reuse_ends_the_login() {
    let server = Server::production();
    let (first, other) = (tokens(&server, User::Owner).await, tokens(&server, User::Owner).await);
    let answer = refresh(&server, &first["refresh_token"]).await;
    let second = answer.json(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(me(&server, second["access_token"].as_str().unwrap()).await.status, 200);
    let third = refresh(&server, &second["refresh_token"]).await.json(200);

    let reused = refresh(&server, &first["refresh_token"]).await;
    reused.problem(401, "invalid_token");
    assert!(!reused.header("www-authenticate").is_empty());
    // Both the thief's token and the owner's are revoked; another login is unaffected.
    for token in [&second, &third] {
        refresh(&server, &token["refresh_token"]).await.problem(401, "invalid_token");
    }
    refresh(&server, &other["refresh_token"]).await.json(200);
    assert!(server.log().contains("a refresh token was used twice"));
}

#[tokio::test]
async fn only_one_of_two_requests_with_one_token_wins() {
    let server = Server::production();
    let token = &tokens(&server, User::Owner).await["refresh_token"];
    let (one, two) = tokio::join!(refresh(&server, token), refresh(&server, token));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
}

#[tokio::test]
async fn unknown_refresh_token_is_invalid() {
    let server = Server::production();
    let access = tokens(&server, User::Owner).await["access_token"].clone();
    let unknown = json!("A".repeat(43));
    for token in [json!(""), json!("hunter2"), unknown, access] {
        let answer = refresh(&server, &token).await;
        answer.problem(401, "invalid_token");
        assert!(!answer.text.contains("hunter2"));
    }
    assert_eq!(refresh(&server, &json!(7)).await.violations(), ["#/refresh_token type"]);
    let none = server.anonymous("POST", "/auth/refresh").json(&json!({}));
    assert_eq!(Answer::to(none).await.violations(), ["#/refresh_token required"]);
}

/// A refresh token is good for nothing but the next pair of tokens.
#[tokio::test]
async fn refresh_token_is_no_access_token() {
    let server = Server::production();
    let tokens = tokens(&server, User::Owner).await;
    me(&server, tokens["refresh_token"].as_str().unwrap()).await.problem(401, "invalid_token");
}

#[tokio::test]
async fn logins_outlive_the_process_and_end_when_the_account_is_locked() {
    let database = Database::new("logins");
    let settings = [("DATABASE_URL", database.url())];
    let server = Server::with(&settings);
    let [kept, locked] = [tokens(&server, User::Owner).await, tokens(&server, User::Guest).await];
    drop(server);
    let server = Server::with(&settings);
    refresh(&server, &kept["refresh_token"]).await.json(200);
    database.run("UPDATE users SET status = 'locked' WHERE email = 'guest@acme.test'").await;
    let access = locked["access_token"].as_str().unwrap();
    me(&server, access).await.problem(401, "invalid_token");
    refresh(&server, &locked["refresh_token"]).await.problem(401, "invalid_token");
    database.run("UPDATE users SET status = 'active'").await;
    me(&server, access).await.json(200);
    refresh(&server, &locked["refresh_token"]).await.problem(401, "invalid_token");
}

#[tokio::test]
async fn database_stores_neither_passwords_nor_tokens() {
    let database = Database::new("digests");
    let server = Server::with(&[("DATABASE_URL", database.url())]);
    let tokens = tokens(&server, User::Owner).await;
    let next = refresh(&server, &tokens["refresh_token"]).await.json(200);
    drop(server);
    let kept = database.contents().await;
    let has = |text: &str| kept.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(has("owner@acme.test") && has("$argon2id$"));
    for secret in [&tokens["refresh_token"], &next["refresh_token"], &tokens["access_token"]] {
        assert!(!has(secret.as_str().unwrap()));
    }
    assert!(!has(PASSWORD) && !has("kb_live_acme"));
}

// The user that a token names must exist.
#[tokio::test]
async fn wrong_tokens_get_codes_without_private_causes() {
    let server = Server::production();
    let get = |header: &str| {
        let request = server.anonymous("GET", "/users/me");
        Answer::to(request.header("authorization", header))
    };
    let none = Answer::to(server.anonymous("GET", "/users/me")).await;
    none.problem(401, "missing_credentials");
    assert_eq!(none.header("www-authenticate"), "Bearer realm=\"api\"");
    get("Basic dTpw").await.problem(401, "missing_credentials");
    get("Bearer a b").await.problem(400, "invalid_authorization");
    get("Bearer a.b.c").await.problem(401, "invalid_token");
    let id = User::Owner.id();
    let foreign = token(&json!({"id": "bbbbbbbb-9999-4000-8000-000000000000"}));
    for wrong in
        [foreign, token(&json!({"id": 7})), token(&json!({"sub": id})), token(&json!({"id": "7"}))]
    {
        me(&server, &wrong).await.problem(401, "invalid_token");
    }
    let query = format!("/users/me?access_token={}", User::Owner.token());
    Answer::to(server.anonymous("GET", &query)).await.problem(401, "missing_credentials");
    server.get(&query).await.problem(400, "invalid_authorization");
}

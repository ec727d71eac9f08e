//! Tests of the permissions of every route and every kind of caller.

use definable_errors::Mode;
use definable_errors::guard::RoutePolicy;
use expect_test::expect_file;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::{ACME, Answer, GLOBEX, HANDBOOK, INDEXED, INDIZIERT, PASSWORD, PRODUKTE, Server, User};

/// Each line names a route, a target, and the expected result for every caller: a status, or a name
/// of a rejection from [`WORDS`]. The target is an organization, and a resource in the path or the
/// body: `acme/produkte` requests in acme what belongs to globex. The member of acme is a guest of
/// globex.
const TABLE: &str = "
                                                        nobody  garbage owner    admin    member   guest    suspended invited  key
GET    /                              -                200     200     200      200      200      200      200       200      200
GET    /page/page.js                  -                200     200     200      200      200      200      200       200      200
GET    /page/event-reader.js          -                200     200     200      200      200      200      200       200      200
GET    /page/problem-events.js        -                200     200     200      200      200      200      200       200      200
GET    /page/page.css                 -                200     200     200      200      200      200      200       200      200
GET    /openapi.json                   -                200     200     200      200      200      200      200       200      200
GET    /docs                           -                200     200     200      200      200      200      200       200      200
GET    /problems                       -                200     200     200      200      200      200      200       200      200
GET    /problems/{code}               -/kb_not_found   200     200     200      200      200      200      200       200      200
GET    /health                         -                200     200     200      200      200      200      200       200      200
POST   /auth/login                     -                200     200     200      200      200      200      200       200      200
POST   /auth/refresh                   -                invalid invalid invalid  invalid  invalid  invalid  invalid   invalid  invalid
GET    /oauth/start                    -                no-route no-route no-route no-route no-route no-route no-route  no-route no-route
GET    /oauth/callback                 -                no-route no-route no-route no-route no-route no-route no-route  no-route no-route
GET    /users/me                       -                missing invalid 200      200      200      200      200       200      missing
GET    /users/me/organizations         -                missing invalid 200      200      200      200      200       200      missing

GET    /api/v1/kbs                     acme             missing invalid 200      200      200      200      suspended pending  missing
GET    /api/v1/kbs                     globex           missing invalid stranger stranger 200      stranger stranger  stranger missing
POST   /api/v1/kbs                     acme             missing invalid 201      201      201      kb:write suspended pending  missing
POST   /api/v1/kbs                     globex           missing invalid stranger stranger kb:write stranger stranger  stranger missing
POST   /api/v1/kbs/batch               acme             missing invalid 207      207      207      kb:write suspended pending  missing
POST   /api/v1/kbs/batch               globex           missing invalid stranger stranger kb:write stranger stranger  stranger missing
GET    /api/v1/kbs/{kb_id}             acme/handbook    missing invalid 200      200      200      200      suspended pending  missing
GET    /api/v1/kbs/{kb_id}             acme/produkte    missing invalid no-kb    no-kb    no-kb    no-kb    suspended pending  missing
GET    /api/v1/kbs/{kb_id}             globex/produkte  missing invalid stranger stranger 200      stranger stranger  stranger missing
GET    /api/v1/kbs/{kb_id}             globex/handbook  missing invalid stranger stranger no-kb    stranger stranger  stranger missing
PUT    /api/v1/kbs/{kb_id}             acme/handbook    missing invalid 200      200      200      kb:write suspended pending  missing
PUT    /api/v1/kbs/{kb_id}             acme/produkte    missing invalid no-kb    no-kb    no-kb    kb:write suspended pending  missing
PUT    /api/v1/kbs/{kb_id}             globex/produkte  missing invalid stranger stranger kb:write stranger stranger  stranger missing
POST   /api/v1/kbs/{kb_id}/documents   acme/handbook    missing invalid 201      201      201      kb:write suspended pending  missing
POST   /api/v1/kbs/{kb_id}/documents   acme/produkte    missing invalid no-kb    no-kb    no-kb    kb:write suspended pending  missing
POST   /api/v1/kbs/{kb_id}/documents   globex/produkte  missing invalid stranger stranger kb:write stranger stranger  stranger missing
GET    /api/v1/kbs/{kb_id}/search      acme/handbook    missing invalid 200      200      200      200      suspended pending  missing
GET    /api/v1/kbs/{kb_id}/search      acme/produkte    missing invalid no-kb    no-kb    no-kb    no-kb    suspended pending  missing
GET    /api/v1/kbs/{kb_id}/search      globex/produkte  missing invalid stranger stranger 200      stranger stranger  stranger missing

GET    /api/v1/members                 acme             missing invalid 200      200      reading  reading  suspended pending  missing
GET    /api/v1/members                 globex           missing invalid stranger stranger reading  stranger stranger  stranger missing
PATCH  /api/v1/members/{user_id}       acme/guest       missing invalid 200      writing  writing  writing  suspended pending  missing
PATCH  /api/v1/members/{user_id}       acme/owner       missing invalid role     writing  writing  writing  suspended pending  missing
PATCH  /api/v1/members/{user_id}       acme/locked      missing invalid no-user  writing  writing  writing  suspended pending  missing
PATCH  /api/v1/members/{user_id}       globex/member    missing invalid stranger stranger writing  stranger stranger  stranger missing

POST   /api/v1/jobs                    acme/handbook    missing invalid 202      202      202      starting suspended pending  missing
POST   /api/v1/jobs                    acme/produkte    missing invalid no-kb    no-kb    no-kb    starting suspended pending  missing
POST   /api/v1/jobs                    globex/produkte  missing invalid stranger stranger starting stranger stranger  stranger missing
GET    /api/v1/jobs/{job_id}           acme/indexed     missing invalid 200      200      200      jobs     suspended pending  missing
GET    /api/v1/jobs/{job_id}           acme/indiziert   missing invalid no-job   no-job   no-job   jobs     suspended pending  missing
GET    /api/v1/jobs/{job_id}           globex/indiziert missing invalid stranger stranger jobs     stranger stranger  stranger missing
GET    /api/v1/jobs/{job_id}/events    acme/indexed     missing invalid 200      200      200      jobs     suspended pending  missing
GET    /api/v1/jobs/{job_id}/events    acme/indiziert   missing invalid no-job   no-job   no-job   jobs     suspended pending  missing
GET    /api/v1/jobs/{job_id}/events    globex/indiziert missing invalid stranger stranger jobs     stranger stranger  stranger missing
GET    /api/v1/jobs/{job_id}/result    acme/indexed     missing invalid 200      200      200      jobs     suspended pending  missing
GET    /api/v1/jobs/{job_id}/result    acme/indiziert   missing invalid no-job   no-job   no-job   jobs     suspended pending  missing
GET    /api/v1/jobs/{job_id}/result    globex/indiziert missing invalid stranger stranger jobs     stranger stranger  stranger missing

GET    /ws                             acme             missing invalid plain    plain    plain    plain    suspended pending  missing
GET    /ws                             globex           missing invalid stranger stranger plain    stranger stranger  stranger missing

POST   /hooks/ingest                   acme/handbook    missing missing missing  missing  missing  missing  missing   missing  202
POST   /hooks/ingest                   acme/produkte    missing missing missing  missing  missing  missing  missing   missing  no-kb
GET    /api/v0/kbs                     -                gone    gone    gone     gone     gone     gone     gone      gone     gone

DELETE /api/v1/kbs/{kb_id}             acme/produkte    missing invalid no-kb    no-kb    deleting deleting suspended pending  missing
DELETE /api/v1/kbs/{kb_id}             globex/produkte  missing invalid stranger stranger deleting stranger stranger  stranger missing
DELETE /api/v1/kbs/{kb_id}             acme/handbook    missing invalid 204      204      deleting deleting suspended pending  missing
";

/// The names of rejections in the table: the status, the code, and the required permission.
const WORDS: [(&str, u16, &str, &str); 18] = [
    // These requests are no handshakes.
    ("plain", 400, "bad_request", ""),
    ("missing", 401, "missing_credentials", ""),
    ("invalid", 401, "invalid_token", ""),
    ("stranger", 403, "not_a_member", ""),
    ("suspended", 403, "membership_suspended", ""),
    ("pending", 403, "membership_pending", ""),
    ("kb:write", 403, "insufficient_permissions", "kb:write"),
    ("deleting", 403, "insufficient_permissions", "kb:delete"),
    ("reading", 403, "insufficient_permissions", "members:read"),
    ("writing", 403, "insufficient_permissions", "members:write"),
    ("starting", 403, "insufficient_permissions", "jobs:write"),
    ("jobs", 403, "insufficient_permissions", "jobs:read"),
    ("role", 403, "insufficient_role", ""),
    ("no-kb", 404, "kb_not_found", ""),
    ("no-job", 404, "job_not_found", ""),
    ("no-user", 404, "member_not_found", ""),
    ("no-route", 404, "route_not_found", ""),
    ("gone", 410, "gone", ""),
];

#[derive(Debug, Clone, Copy)]
enum Caller {
    Nobody,
    Garbage,
    User(User),
    Key,
}

const CALLERS: [(&str, Caller); 9] = [
    ("nobody", Caller::Nobody),
    ("garbage", Caller::Garbage),
    ("owner", Caller::User(User::Owner)),
    ("admin", Caller::User(User::Admin)),
    ("member", Caller::User(User::Member)),
    ("guest", Caller::User(User::Guest)),
    ("suspended", Caller::User(User::Suspended)),
    ("invited", Caller::User(User::Invited)),
    ("key", Caller::Key),
];

/// A line of the table.
#[derive(Debug)]
struct Row {
    method: &'static str,
    route: &'static str,
    org: &'static str,
    thing: &'static str,
    cells: Vec<&'static str>,
}

fn rows() -> Vec<Row> {
    let mut lines = TABLE.lines().filter(|line| !line.is_empty());
    let callers: Vec<_> = lines.next().unwrap().split_whitespace().collect();
    assert_eq!(callers, CALLERS.map(|(name, _)| name));
    lines.map(row).collect()
}

fn row(line: &'static str) -> Row {
    let mut words = line.split_whitespace();
    let (method, route) = (words.next().unwrap(), words.next().unwrap());
    let target = words.next().unwrap();
    let (org, thing) = target.split_once('/').unwrap_or((target, ""));
    let cells: Vec<_> = words.collect();
    assert_eq!(cells.len(), CALLERS.len(), "{line}");
    Row { method, route, org, thing, cells }
}

impl Row {
    fn request(&self, server: &Server, caller: Caller) -> RequestBuilder {
        let request = server.anonymous(self.method, &self.path());
        let request = match caller {
            Caller::Nobody => request,
            Caller::Garbage => request.bearer_auth("a.b.c"),
            Caller::User(user) => request.bearer_auth(user.token()),
            Caller::Key => request.header("x-api-key", "kb_live_acme_ingest"),
        };
        if self.route.ends_with("/documents") {
            let body =
                "--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\nhello\r\n--x--\r\n";
            return request.header("content-type", "multipart/form-data; boundary=x").body(body);
        }
        match self.body() {
            Value::Null => request,
            body => request.json(&body),
        }
    }

    fn path(&self) -> String {
        let names = ["{kb_id}", "{job_id}", "{user_id}", "{code}"];
        let path =
            names.iter().fold(self.route.to_owned(), |path, name| path.replace(name, &self.id()));
        let query = if self.route.ends_with("/search") { "&q=leave" } else { "" };
        match self.org {
            "acme" => format!("{path}?org_id={ACME}{query}"),
            "globex" => format!("{path}?org_id={GLOBEX}{query}"),
            _ => path,
        }
    }

    fn id(&self) -> String {
        match self.thing {
            "handbook" => HANDBOOK.to_owned(),
            "produkte" => PRODUKTE.to_owned(),
            "indexed" => INDEXED.to_owned(),
            "indiziert" => INDIZIERT.to_owned(),
            "owner" => User::Owner.id(),
            "member" => User::Member.id(),
            "guest" => User::Guest.id(),
            "locked" => User::Locked.id(),
            "kb_not_found" => self.thing.to_owned(),
            _ => String::new(),
        }
    }

    fn body(&self) -> Value {
        match (self.method, self.route) {
            ("POST", "/auth/login") => json!({"email": User::Owner.email(), "password": PASSWORD}),
            ("POST", "/auth/refresh") => json!({"refresh_token": "hunter2"}),
            ("POST", "/hooks/ingest") => json!({"kb_id": self.id(), "text": "hello"}),
            ("POST", "/api/v1/jobs") => json!({"kb_id": self.id(), "kind": "reindex"}),
            ("POST", "/api/v1/kbs/batch") => json!([{"name": "New, of a batch"}]),
            ("POST", _) => json!({"name": "New"}),
            ("PUT", _) => json!({"name": "Changed"}),
            ("PATCH", _) => json!({"role": "member"}),
            _ => Value::Null,
        }
    }
}

/// Returns the name of a response, after checking what all such responses have in common.
fn word(answer: &Answer) -> String {
    if answer.status < 400 {
        return answer.status.to_string();
    }
    let body: Value = serde_json::from_str(&answer.text).unwrap();
    let code = body["code"].as_str().unwrap();
    let required = body["required"].as_str().unwrap_or_default();
    answer.problem(answer.status, code);
    assert_eq!(answer.headers.contains_key("www-authenticate"), answer.status == 401);
    let known =
        WORDS.iter().find(|known| (known.1, known.2, known.3) == (answer.status, code, required));
    known.map_or_else(|| format!("{}·{code}·{required}", answer.status), |known| known.0.to_owned())
}

/// Fails if the route table does not list the problem with which the route answered.
fn assert_documented(row: &Row, answer: &Answer) {
    if answer.status < 400 {
        return;
    }
    let routes = reference_server::routes(Mode::Production);
    let is_route = |route: &&RoutePolicy| (route.method(), route.path()) == (row.method, row.route);
    let route = routes.table().iter().find(is_route).unwrap();
    let problem: Value = serde_json::from_str(&answer.text).unwrap();
    let is_listed = route.problem_types().iter().any(|listed| {
        (listed.status().as_u16(), listed.code())
            == (answer.status, problem["code"].as_str().unwrap())
    });
    assert!(is_listed, "{} {} answers {problem}", row.method, row.route);
}

/// Each caller has a server of its own, so that the changes of one do not affect the next.
#[tokio::test]
async fn every_caller_gets_the_result_in_the_table() {
    let rows = rows();
    let mut wrong = Vec::new();
    for (at, (name, caller)) in CALLERS.into_iter().enumerate() {
        let server = Server::production();
        for row in &rows {
            let answer = Answer::to(row.request(&server, caller)).await;
            let found = word(&answer);
            assert_documented(row, &answer);
            if found != row.cells[at] {
                let Row { method, org, thing, cells, .. } = row;
                let path = row.route;
                wrong.push(format!(
                    "{method} {path} {org}/{thing}, {name}: {found}, not {}",
                    cells[at]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn route_table_lists_every_policy_and_every_problem() {
    let routes = reference_server::routes(Mode::Production);
    expect_file!["routes.txt"].assert_eq(&routes.table().to_string());
}

#[test]
fn every_route_is_documented() {
    for mode in [Mode::Production, Mode::Development] {
        for route in reference_server::routes(mode).table() {
            assert!(route.is_documented(), "{} {}", route.method(), route.path());
        }
    }
}

/// Requests that break the rules of one route after the other get documented problems.
#[tokio::test]
async fn rule_breakers_get_documented_problems() {
    let server = Server::with(&[("RATE_LIMIT", "10000/60s")]);
    let mut answers = 0;
    for row in rows().iter().filter(|row| row.org != "globex") {
        for (content, body) in [
            ("application/json", "{"),
            ("application/json", "{\"name\": 7}"),
            ("application/json", ""),
            ("text/plain", "hello"),
            ("multipart/form-data; boundary=x", "--y"),
        ] {
            let path = row.path();
            let separator = if path.contains('?') { '&' } else { '?' };
            let malformed = path.replace("aaaaaaaa", "none").replace("bbbbbbbb", "none");
            for path in [malformed, format!("{path}{separator}page=0"), path] {
                let request = match row.route {
                    "/hooks/ingest" => server
                        .anonymous(row.method, &path)
                        .header("x-api-key", "kb_live_acme_ingest"),
                    _ => server.request(row.method, &path),
                };
                let request = request.header("content-type", content).body(body);
                let answer = Answer::to(request).await;
                assert_documented(row, &answer);
                answers += usize::from(answer.status >= 400);
            }
        }
    }
    assert!(answers > 100, "{answers}");
}

/// No route can be forgotten: it is in the table with its own organization, with another one, and
/// with a resource of another one.
#[test]
fn every_route_is_in_the_table() {
    let rows = rows();
    for route in reference_server::routes(Mode::Production).table() {
        let name = format!("{} {}", route.method(), route.path());
        let of_route = |row: &&Row| (row.method, row.route) == (route.method(), route.path());
        let own: Vec<_> = rows.iter().filter(of_route).collect();
        assert!(!own.is_empty(), "{name} is missing");
        let has = |cell: &str| own.iter().any(|row| row.cells.contains(&cell));
        if route.policy().starts_with("member") {
            assert!(has("stranger"), "{name} asks for no other organization");
        }
        if route.policy() != "public" {
            let is_refused = |row: &Row| row.cells[0] == "missing";
            assert!(own.iter().all(|row| is_refused(row)), "{name} is open");
        }
        let has_thing = route.path().contains('{') || route.path().starts_with("/hooks");
        if has_thing && route.policy() != "public" {
            assert!(
                has("no-kb") || has("no-user") || has("no-job"),
                "{name} asks for nothing of another organization"
            );
        }
    }
    for Row { method, route, .. } in rows {
        let routes = reference_server::routes(Mode::Production);
        let is_there = routes.table().iter().any(|it| (it.method(), it.path()) == (method, route));
        assert!(is_there, "{method} {route} is in the table alone");
    }
}

//! What the server prints when it has started.

use std::io::{self, Write};
use std::net::SocketAddr;

use crate::seed::{ACME, GLOBEX, HANDBOOK};
use definable_errors::{Mode, dev};

/// Prints the address of the server, its seed data, and commands to try.
pub(crate) fn print(address: SocketAddr, mode: Mode) -> io::Result<()> {
    io::stdout().write_all(text(address, mode).as_bytes())
}

fn text(address: SocketAddr, mode: Mode) -> String {
    let mode = match mode {
        Mode::Production => "production",
        Mode::Development => "development",
    };
    let server = format!("http://{address}");
    let opening = dev::token_link(&server).map_or_else(String::new, |link| {
        format!("\nFrom elsewhere or through a proxy, this opens development mode:\n  {link}\n")
    });
    let login = match mode {
        "production" => String::new(),
        _ => format!(
            "Log in with a browser at a provider, and choose how it ends:\n  {server}/oauth/start\n\n\
             Open an error in a browser, and the list of recent errors:\n  {server}/debug/error\n  \
             {server}/__errors\n\n"
        ),
    };
    let kbs = format!("{server}/api/v1/kbs");
    let json = "-H 'content-type: application/json'";
    let token = "-H \"authorization: Bearer $TOKEN\"";
    format!(
        r#"reference-server listens on {server} in {mode} mode
{opening}
Organizations:
  acme    {ACME}
  globex  {GLOBEX}

Users, all with the password `correct horse battery staple`:
  owner@acme.test      owner of acme
  admin@acme.test      admin of acme
  member@acme.test     member of acme, guest of globex
  guest@acme.test      guest of acme
  suspended@acme.test  suspended member of acme
  invited@acme.test    invited to acme
  locked@acme.test     locked

API keys of acme, for /hooks/ingest: kb_live_acme_ingest, kb_live_acme_expired (expired)

Log in (needs curl and sed):
  TOKEN=$(curl -s '{server}/auth/login' {json} -d '{{"email": "member@acme.test", "password": "correct horse battery staple"}}' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')

In a browser, {server}/ starts jobs and shows their events live, {server}/docs shows the API, and
{server}/problems documents every problem.

{login}Try:
  # 200: the knowledge bases of acme
  curl -i '{kbs}?org_id={ACME}' {token}
  # 400 validation_failed: five mistakes, in one answer
  curl -i '{kbs}?org_id={ACME}' {token} {json} \
    -d '{{"nmae": "Recipes", "tags": [7, ""], "settings": {{"language": "es"}}}}'
  # 404 kb_not_found: it belongs to another organization
  curl -i '{kbs}/{HANDBOOK}?org_id={GLOBEX}' {token}
  # 403 insufficient_permissions: members may not delete
  curl -i -X DELETE '{kbs}/{HANDBOOK}?org_id={ACME}' {token}
  # 200: what the handbook says about leave, after a program has added a text
  curl -s '{server}/hooks/ingest' -H 'x-api-key: kb_live_acme_ingest' {json} \
    -d '{{"kb_id": "{HANDBOOK}", "text": "Everyone has 30 days of leave."}}' -o /dev/null
  curl -i '{kbs}/{HANDBOOK}/search?org_id={ACME}&q=days+of+leave' {token}

"#
    )
}

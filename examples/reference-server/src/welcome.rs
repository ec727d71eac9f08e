use std::io::{self, Write};
use std::net::SocketAddr;

use crate::seed::{ACME, GLOBEX, HANDBOOK};
use definable_errors::Mode;

/// Says where the server is, what is in it, and what to try.
pub(crate) fn print(address: SocketAddr, mode: Mode) -> io::Result<()> {
    io::stdout().write_all(text(address, mode).as_bytes())
}

fn text(address: SocketAddr, mode: Mode) -> String {
    let mode = match mode {
        Mode::Production => "production",
        Mode::Development => "development",
    };
    let server = format!("http://{address}");
    let kbs = format!("{server}/api/v1/kbs");
    format!(
        "reference-server listens on {server} in {mode} mode

Organizations:
  acme    {ACME}
  globex  {GLOBEX}

Try:
  curl -i '{kbs}?org_id={ACME}'
  curl -i '{kbs}?org_id={ACME}' -H 'content-type: application/json' -d '{{\"name\": \"Recipes\"}}'
  curl -i '{kbs}?org_id=acme' -H 'content-type: application/json' \
    -d '{{\"nmae\": \"Recipes\", \"tags\": [7, \"\"], \"settings\": {{\"language\": \"es\"}}}}'
  curl -i '{kbs}/{HANDBOOK}?org_id={GLOBEX}'
  curl -i '{server}/api/v0/kbs'

"
    )
}

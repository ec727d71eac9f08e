use std::sync::LazyLock;

use ::redis::aio::MultiplexedConnection;
use ::redis::{Cmd, ErrorKind, RedisResult, ServerErrorKind, Value, cmd};

use super::script_call::ScriptCall;

/// A script that Redis runs atomically. It is sent as a digest, and in full only if Redis does not
/// know it.
pub(super) struct Script {
    text: &'static str,
    digest: LazyLock<String>,
}

pub(super) static CONSUME: Script = Script {
    text: concat!(include_str!("quotas.lua"), include_str!("consume.lua")),
    digest: LazyLock::new(|| digest(CONSUME.text)),
};

pub(super) static REFUND: Script = Script {
    text: concat!(include_str!("quotas.lua"), include_str!("refund.lua")),
    digest: LazyLock::new(|| digest(REFUND.text)),
};

fn digest(text: &str) -> String {
    ::redis::Script::new(text).get_hash().to_owned()
}

impl Script {
    /// Runs the script in one round trip; after a restart or a `SCRIPT FLUSH`, one more sends the
    /// text.
    pub(super) async fn run(
        &self,
        connection: &mut MultiplexedConnection,
        call: &ScriptCall,
    ) -> RedisResult<Value> {
        let known = call.command("EVALSHA", &self.digest);
        match send(connection, &known).await {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                let whole = call.command("EVAL", self.text);
                send(connection, &whole).await
            }
            answer => answer,
        }
    }
}

/// Converts an error response of Redis into an error.
async fn send(connection: &mut MultiplexedConnection, command: &Cmd) -> RedisResult<Value> {
    connection.send_packed_command(command).await.and_then(Value::extract_error)
}

impl ScriptCall {
    fn command(&self, name: &str, script: &str) -> Cmd {
        let mut command = cmd(name);
        command.arg(script).arg(self.keys.len()).arg(&self.keys).arg(&self.numbers);
        command
    }
}

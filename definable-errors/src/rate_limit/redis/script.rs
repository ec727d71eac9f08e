use std::sync::LazyLock;

use ::redis::aio::MultiplexedConnection;
use ::redis::{Cmd, ErrorKind, RedisResult, ServerErrorKind, Value, cmd};

use super::question::Question;

/// A script that Redis runs in one step; named by its digest, told only where it is not known.
pub(super) struct Script {
    text: &'static str,
    digest: LazyLock<String>,
}

pub(super) static TAKE: Script = Script {
    text: concat!(include_str!("quotas.lua"), include_str!("take.lua")),
    digest: LazyLock::new(|| digest(TAKE.text)),
};

pub(super) static GIVE_BACK: Script = Script {
    text: concat!(include_str!("quotas.lua"), include_str!("give_back.lua")),
    digest: LazyLock::new(|| digest(GIVE_BACK.text)),
};

fn digest(text: &str) -> String {
    ::redis::Script::new(text).get_hash().to_owned()
}

impl Script {
    /// One round trip; after a restart or a `SCRIPT FLUSH`, one more that brings the text.
    pub(super) async fn run(
        &self,
        connection: &mut MultiplexedConnection,
        question: &Question,
    ) -> RedisResult<Value> {
        let known = question.command("EVALSHA", &self.digest);
        match connection.send_packed_command(&known).await {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                let whole = question.command("EVAL", self.text);
                connection.send_packed_command(&whole).await
            }
            answer => answer,
        }
    }
}

impl Question {
    fn command(&self, name: &str, script: &str) -> Cmd {
        let mut command = cmd(name);
        command.arg(script).arg(self.keys.len()).arg(&self.keys).arg(&self.numbers);
        command
    }
}

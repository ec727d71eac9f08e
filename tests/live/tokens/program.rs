//! The other implementations, as programs that run tasks.

use std::io::Write;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use support::process::MISSING;

use crate::installed::installed;

/// Another implementation, as a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    PyJwt,
    Jose,
}

impl Program {
    pub(crate) const ALL: [Self; 2] = [Self::PyJwt, Self::Jose];

    /// Runs tasks and returns the result of each.
    pub(crate) fn run(self, tasks: &[Value]) -> Vec<Value> {
        let mut child = self.start();
        let tasks = serde_json::to_vec(tasks).unwrap();
        child.stdin.take().unwrap().write_all(&tasks).unwrap();
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{self:?}: {error}");
        let results: Vec<_> = serde_json::from_slice(&output.stdout).unwrap();
        results
    }

    /// Runs tasks whose results are texts.
    pub(crate) fn texts(self, tasks: &[Value]) -> Vec<String> {
        self.run(tasks).iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }

    fn start(self) -> Child {
        let mut command = match self {
            Self::PyJwt => {
                let program = concat!(env!("CARGO_MANIFEST_DIR"), "/python/tokens.py");
                let mut python = Command::new(installed("python/bin/python"));
                python.args(["-I", program]);
                piped(python)
            }
            Self::Jose => node(include_str!("../node/tokens.mjs")),
        };
        command.spawn().unwrap_or_else(|_| panic!("{MISSING}"))
    }
}

/// Returns a command for a node program, in the folder in which its packages are installed.
pub(crate) fn node(source: &str) -> Command {
    let packages = installed("node/node_modules/jose");
    let folder = packages.ancestors().nth(2).unwrap();
    let mut node = Command::new("node");
    node.args(["--input-type=module", "--eval", source]).current_dir(folder);
    piped(node)
}

fn piped(mut command: Command) -> Command {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

//! Tests of the TypeScript client: it compiles under `--strict`, narrows by `code`, and recognizes
//! problems.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use support::files::Folder;
use support::needs;

use super::catalog;
use crate::installed::installed;

/// Compiles a client beside the module of the catalog, and writes JavaScript to the same folder.
fn compiled(folder: &Folder, client: &str) -> Output {
    folder.write("package.json", r#"{"type": "module"}"#);
    folder.write("problems.ts", &catalog().typescript());
    let client = folder.write("client.ts", client);
    let mut tsc = Command::new("node");
    tsc.arg(installed("node/node_modules/typescript/bin/tsc"))
        .args(["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes"])
        .args(["--noUnusedLocals", "--target", "es2022", "--module", "nodenext"])
        .args(["--lib", "es2022,dom", "--types", ""])
        .arg(client)
        .current_dir(folder.path());
    tsc.output().unwrap()
}

fn run(folder: &Path) -> Value {
    let output = Command::new("node").arg("client.js").current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn client_narrows_by_code_and_recognizes_problems() {
    needs!(Node);
    let folder = Folder::create();
    let output = compiled(&folder, include_str!("client.ts"));
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(
        run(folder.path()),
        json!({
            "recognized": ["order 7", "dhl: 1", "#/qty", "again in 5 s", "other"],
            "rejected": 10,
            "read": ["order_not_found", null, null, null, null],
        })
    );
}

#[test]
fn client_with_a_mistake_does_not_compile() {
    needs!(Node);
    for (client, expected) in [
        ("const code: ProblemCode = \"order_lost\";", "not assignable to type"),
        ("declare const it: Problem; it.order_id;", "does not exist on type 'Problem'"),
        (
            "declare const it: Problem; if (it.code === \"order_not_found\") it.carrier;",
            "does not exist on type 'OrderNotFoundProblem'",
        ),
        (
            "declare const it: Problem; if (it.code === \"order_not_found\") { const status: 409 = it.status; }",
            "not assignable to type '409'",
        ),
    ] {
        let client =
            format!("import type {{ Problem, ProblemCode }} from \"./problems.js\";\n{client}\n");
        let folder = Folder::create();
        let output = compiled(&folder, &client);
        assert!(!output.status.success(), "{client}");
        assert!(text(&output).contains(expected), "{client}{}", text(&output));
    }
}

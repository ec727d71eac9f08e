//! Tests of what a client receives from the real program over HTTP.

use support::example::Example;
use support::{get, needs};

#[test]
fn documented_commands_receive_what_stands_beside_them() {
    needs!(Curl);
    let example = Example::start(env!("CARGO_BIN_EXE_testing"));
    example.check_documented_commands(include_str!("../src/main.rs"));
}

#[tokio::test]
async fn type_of_a_problem_leads_to_its_documentation() {
    let example = Example::start(env!("CARGO_BIN_EXE_testing"));
    let problem = example.send(get("/orders/7/label")).await.json();
    let path = problem["type"].as_str().expect("a problem has a type");
    let page = example.send(get(path)).await;
    assert_eq!((page.status.as_u16(), &*page.code()), (200, "internal_error"));
}

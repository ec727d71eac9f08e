//! Tests of what a client of the example receives from the real program over HTTP.

use http::Method;
use serde_json::{Value, json};
use support::example::Example;
use support::with;

struct Program(Example);

impl Program {
    fn start() -> Self {
        Self(Example::start(env!("CARGO_BIN_EXE_languages")))
    }

    /// Orders tickets, and returns the language and the body of the answer.
    async fn order(&self, path: &str, language: &str, body: &'static str) -> (String, Value) {
        let fields = [("accept-language", language), ("content-type", "application/json")];
        let answer = self.0.send(with(Method::POST, path, &fields, body)).await;
        let varies = answer.headers.get_all("vary").iter().any(|vary| vary == "accept-language");
        assert!(varies, "{answer}");
        let language = answer.header("content-language").unwrap_or_default().to_owned();
        (language, answer.json())
    }
}

const BODY: &str = r#"{"name":"Ada","tickets":3,"day":"friday"}"#;

#[tokio::test]
async fn client_reads_errors_in_its_language() {
    let program = Program::start();
    let (language, problem) = program.order("/shows/1/tickets", "de-CH, en;q=0.5", BODY).await;
    assert_eq!((&*language, &problem["title"]), ("de", &json!("Ausverkauft")));
    assert_eq!(problem["detail"], "Für diese Vorstellung gibt es nur noch eine Karte.");
    let (language, problem) = program.order("/shows/0/tickets", "de", BODY).await;
    assert_eq!((&*language, &problem["tickets_left"]), ("de", &json!(0)));
    assert_eq!(problem["detail"], "Für diese Vorstellung gibt es keine Karten mehr.");
    for accepted in ["en, de;q=0.9", "fr", "*", "de;q=0"] {
        let (language, problem) = program.order("/shows/2/tickets", accepted, BODY).await;
        assert_eq!((&*language, &problem["title"]), ("en", &json!("Sold out")), "{accepted}");
        assert_eq!(problem["detail"], "there are 2 tickets left");
    }
}

#[tokio::test]
async fn violations_are_in_the_language_of_the_client() {
    let program = Program::start();
    let body = r#"{"name":"A","tickets":9,"day":"monday"}"#;
    let (_, problem) = program.order("/shows/9/tickets", "de", body).await;
    assert_eq!(problem["detail"], "3 Felder sind ungültig.");
    assert_eq!(
        details(&problem),
        [
            "muss 2 bis 40 Zeichen lang sein",
            "muss zwischen 1 und 8 liegen",
            "montags ist geschlossen",
        ]
    );
    let (_, problem) = program.order("/shows/9/tickets", "de", r#"{"name":7,"tickts":1}"#).await;
    assert_eq!(details(&problem), ["muss ein Text sein", "fehlt", "fehlt"]);
    let (_, problem) = program.order("/shows/9/tickets", "de", "{").await;
    assert_eq!(problem["detail"], "Das JSON ist in Zeile 1, Spalte 2 fehlerhaft.");
    let (_, problem) = program.order("/shows/x/tickets", "de", BODY).await;
    assert_eq!(details(&problem), ["muss eine ganze Zahl sein"]);
}

fn details(problem: &Value) -> Vec<&str> {
    let violations = problem["errors"].as_array().expect("there are violations");
    violations.iter().map(|violation| violation["detail"].as_str().unwrap_or_default()).collect()
}

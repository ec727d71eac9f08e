use crate::Server;
use crate::server::program;

/// The sentence with which the program refuses to start.
#[track_caller]
fn refused(settings: &[(&str, &str)], flags: &[&str]) -> String {
    let output = program(settings).args(flags).output().expect("the program runs");
    let text = String::from_utf8(output.stderr).expect("the sentence is text");
    assert_eq!((output.status.code(), text.lines().count()), (Some(2), 1), "{text}");
    assert!(output.stdout.is_empty(), "nothing is served");
    text
}

#[test]
fn a_bad_value_is_refused_in_one_sentence() {
    let bad = [
        ("PORT", "many"),
        ("PORT", "65536"),
        ("PORT", ""),
        ("HOST", "here"),
        ("DATABASE_URL", "postgres://localhost/kbs"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "/no/such/folder/kbs.db"),
        ("PROBLEM_BASE", "problems"),
        ("PROBLEM_BASE", "/a b/"),
        ("LOG", "info=a=b"),
        ("LOG_FORMAT", "xml"),
    ];
    for (name, value) in bad {
        let text = refused(&[(name, value)], &[]);
        assert!(text.contains(name), "{text}");
    }
}

#[test]
fn an_unknown_flag_is_refused() {
    assert!(refused(&[], &["--prot", "1"]).contains("--prot"));
}

#[test]
fn development_is_never_public() {
    let text = refused(&[("APP_ENV", "dev"), ("HOST", "0.0.0.0")], &[]);
    assert!(text.contains("loopback") && text.contains("0.0.0.0"), "{text}");
    assert!(refused(&[("HOST", "::")], &["--app-env", "development"]).contains("loopback"));
    Server::with(&[("APP_ENV", "dev"), ("HOST", "127.0.0.1")]);
}

#[test]
fn flags_win() {
    let text = refused(&[("PORT", "1")], &["--port", "many"]);
    assert!(text.contains("many"), "{text}");
}

#[test]
fn a_taken_port_is_no_setting_of_ours() {
    let server = Server::production();
    let (_, port) = server.url.rsplit_once(':').unwrap();
    let output = program(&[("PORT", port)]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text.starts_with("cannot listen on 127.0.0.1:"), "{text}");
}

#[tokio::test]
async fn the_base_stands_before_the_code() {
    for base in ["https://errors.example.com", "https://errors.example.com/"] {
        let server = Server::with(&[("PROBLEM_BASE", base)]);
        let problem = server.get("/nowhere").await.json(404);
        assert_eq!(problem["type"], "https://errors.example.com/route_not_found");
    }
}

//! The request as a command for `curl`.

use super::super::request::ShownRequest;

/// Fields that `curl` writes itself, or that only a browser's page can mean.
const OMITTED: [&str; 8] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "te",
    "transfer-encoding",
    "upgrade-insecure-requests",
];

/// Writes one line for a POSIX shell. Every argument that is the client's stands in single quotes,
/// so that the shell reads nothing in it; a secret is the marker that replaced it.
pub(super) fn write(request: &ShownRequest) -> String {
    let mut out = format!("curl --globoff --include --request {}", quoted(&request.method));
    let fields = request
        .headers
        .iter()
        .filter(|(name, _)| !OMITTED.contains(&&**name) && !name.starts_with("sec-"));
    for (name, value) in fields {
        out.push_str(" --header ");
        out.push_str(&quoted(&format!("{name}: {value}")));
    }
    if let Some(text) = request.body.as_ref().and_then(|body| body.text.as_deref()) {
        // Not `--data`, for which a text that starts with `@` is the name of a file.
        out.push_str(" --data-raw ");
        out.push_str(&quoted(&compact(text)));
    }
    out.push_str(" --url ");
    out.push_str(&quoted(&format!("{}{}", request.origin, request.target)));
    out
}

/// Returns JSON without its line ends.
fn compact(text: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => value.to_string(),
        Err(_) => text.to_owned(),
    }
}

/// Quotes an argument for a POSIX shell. A line end would start another command when the text is
/// pasted into a terminal, so it becomes a space, as do other control characters.
fn quoted(text: &str) -> String {
    let mut out = String::from("'");
    for letter in text.chars() {
        match letter {
            '\'' => out.push_str("'\\''"),
            other if other.is_control() || matches!(other, '\u{2028}' | '\u{2029}') => {
                out.push(' ');
            }
            other => out.push(other),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use super::super::super::request::ShownBody;
    use super::*;

    const HOSTILE: [&str; 9] = [
        "'; touch pwned; '",
        "$(touch pwned)",
        "`touch pwned`",
        "\n touch pwned\r\n",
        "\\",
        "'\\''",
        "@/etc/passwd",
        "a'\"b$HOME!!\u{0}\u{1b}[201~",
        "{a,b}[1-9]*?~#&|<>",
    ];

    fn hostile(text: &str) -> ShownRequest {
        ShownRequest {
            method: "POST".to_owned(),
            origin: format!("http://{text}"),
            target: format!("/{text}"),
            headers: vec![("x-name".to_owned(), text.to_owned())],
            body: Some(ShownBody { text: Some(text.to_owned()), length: 1, is_whole: true }),
            ..ShownRequest::default()
        }
    }

    #[cfg(unix)]
    #[test]
    fn shell_reads_hostile_requests_as_arguments_alone() {
        let folder = std::env::temp_dir().join(format!("curl-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let stub = folder.join("curl");
        fs::write(&stub, "#!/bin/sh\nfor it; do printf '%s\\n' \"$it\"; done\n").unwrap();
        fs::set_permissions(&stub, fs::Permissions::from_mode(0o755)).unwrap();
        for text in HOSTILE {
            let command = write(&hostile(text));
            assert!(!command.contains(['\n', '\r', '\u{1b}']), "{command:?}");
            let checked = Command::new("sh").args(["-n", "-c", &command]).output().unwrap();
            assert!(checked.status.success() && checked.stderr.is_empty(), "{command}");
            let mut shell = Command::new("/bin/sh");
            let output = shell.args(["-c", &command]).env("PATH", &folder).current_dir(&folder);
            let output = output.output().unwrap();
            let flat: String =
                text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
            let expected = format!(
                "--globoff\n--include\n--request\nPOST\n--header\nx-name: {flat}\n--data-raw\n\
                 {flat}\n--url\nhttp://{flat}/{flat}\n"
            );
            assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{command}");
            assert!(!folder.join("pwned").exists(), "{command}");
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn json_stands_on_one_line() {
        let body =
            ShownBody { text: Some("{\n  \"a\": 1\n}".to_owned()), length: 9, is_whole: true };
        let request = ShownRequest { body: Some(body), ..ShownRequest::default() };
        assert!(write(&request).contains(" --data-raw '{\"a\":1}' "), "{}", write(&request));
    }
}

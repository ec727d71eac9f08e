//! Tests of the floors of modules: imports go to lower floors only, and never through the crate
//! root.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};

/// Every module and its floor. The tests fail for a module that is not listed.
const ROOMS: [(&str, u8); 30] = [
    ("problem", 0),
    ("support", 0),
    ("breaker", 1),
    ("diagnosis", 1),
    ("error", 1),
    ("context", 2),
    ("render", 3),
    ("report", 3),
    ("respond", 4),
    ("layer", 5),
    ("guard", 5),
    ("extract", 6),
    ("auth", 6),
    ("rate_limit", 6),
    ("cors", 6),
    ("deprecation", 6),
    ("timeout", 6),
    ("upstream", 6),
    ("oauth", 6),
    ("stream", 6),
    ("serve", 6),
    ("dev", 6),
    ("testing", 6),
    ("rbac", 7),
    ("router", 7),
    ("catalog", 7),
    ("openapi", 8),
    ("stack", 8),
    ("prelude", 9),
    ("lib", 9),
];

fn floor(room: &str) -> Option<u8> {
    ROOMS.iter().find(|(known, _)| *known == room).map(|(_, floor)| *floor)
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Returns every file with the module that it belongs to.
fn files() -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(source()).unwrap() {
        let path = entry.unwrap().path();
        let room = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(inside(&path).into_iter().map(|file| (room.clone(), file)));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((room, path));
        }
    }
    found
}

fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { inside(&path) } else { vec![path] }).collect()
}

/// Returns the code of a file without comments and unit tests.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the path after every `crate::`, split into words.
fn imports(code: &str) -> Vec<Vec<String>> {
    let starts = code.match_indices("crate::").filter(|(at, _)| !code[..*at].ends_with('$'));
    let is_path = |letter: char| letter.is_alphanumeric() || "_:".contains(letter);
    starts
        .map(|(at, start)| {
            let rest = &code[at + start.len()..];
            let end = rest.find(|letter| !is_path(letter)).unwrap_or(rest.len());
            rest[..end].split("::").take(3).map(str::to_owned).collect()
        })
        .collect()
}

/// Returns what is wrong with an import as a sentence, or `None` if it is allowed.
fn complaint(room: &str, path: &[String]) -> Option<String> {
    let other = &*path[0];
    let own = floor(room)?;
    let Some(theirs) = floor(other) else {
        return Some(format!("`{room}` imports `{other}` through the crate root"));
    };
    if other != room && theirs >= own {
        return Some(format!("`{room}` imports `{other}`"));
    }
    let inner = path.get(1).filter(|_| path.len() > 2 && room != "lib")?;
    let is_file = source().join(other).join(format!("{inner}.rs")).exists();
    is_file.then(|| format!("`{room}` imports the file `{inner}` inside `{other}`"))
}

#[test]
fn every_module_is_in_the_table() {
    for (room, file) in files() {
        assert!(floor(&room).is_some(), "`{room}` has no floor: {}", file.display());
    }
}

#[test]
fn imports_go_down() {
    let mut complaints = Vec::new();
    for (room, file) in files().into_iter().filter(|(room, _)| room != "lib") {
        let wrong = imports(&code(&file)).into_iter().filter_map(|path| complaint(&room, &path));
        complaints.extend(wrong.map(|wrong| format!("{wrong} in {}", file.display())));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn lowest_floor_knows_no_axum() {
    for (room, file) in files().into_iter().filter(|(room, _)| floor(room) == Some(0)) {
        let code = code(&file);
        let mut words = code.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        assert!(words.all(|word| word != "axum"), "`{room}` knows axum in {}", file.display());
    }
}

#[test]
fn check_finds_forbidden_imports() {
    let wrong = |room, line: &str| complaint(room, &imports(line)[0]);
    assert_eq!(wrong("auth", "use crate::rbac::Role;"), Some("`auth` imports `rbac`".into()));
    assert_eq!(wrong("layer", "use crate::guard::Guard;"), Some("`layer` imports `guard`".into()));
    let root = wrong("layer", "crate::ApiError::new()");
    assert_eq!(root, Some("`layer` imports `ApiError` through the crate root".into()));
    let file = wrong("layer", "use crate::error::chain::Chain;");
    assert_eq!(file, Some("`layer` imports the file `chain` inside `error`".into()));
    assert_eq!(wrong("layer", "use crate::error::ApiError;"), None);
    // A function may have the name of its file.
    assert_eq!(wrong("layer", "use crate::support::lock;\nuse std::fmt;"), None);
    // What follows the path on the next line is not part of it.
    assert_eq!(wrong("layer", "use crate::error::chain;\nuse crate::problem::Problem;"), None);
}

#[test]
fn folders_go_two_levels_deep() {
    for (_, file) in files() {
        let depth = file.strip_prefix(source()).unwrap().components().count();
        assert!(depth <= 3, "{} lies too deep", file.display());
    }
}

//! The lock: what clients rely on, as a file that is committed and compared with the catalog.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fmt, fs};

use super::entry::CatalogEntry;
use crate::problem::{JsonType, MemberSchema};

/// The first lines of a new file.
const COMMENT: &str = "\
# What clients of this service rely on: the codes of its problems, their statuses, members and headers.
# A test compares it with the service. With UPDATE_ERRORS_LOCK=1 the test adds what is new. What is gone
# or changed breaks clients; if none can rely on it any more, delete its line by hand.
";

/// The variable that lets [`assert`] write.
const UPDATE: &str = "UPDATE_ERRORS_LOCK";

/// What clients rely on: the code and the name of a fact, with its value.
type Facts = BTreeMap<(String, String), String>;

/// Writes what clients rely on, as sorted lines with one fact each.
pub(super) fn lock(entries: &[CatalogEntry]) -> String {
    written(COMMENT, &facts_of(entries))
}

/// Compares the problem types with a lock that was written before.
pub(super) fn check(entries: &[CatalogEntry], lock: &str) -> Result<(), LockError> {
    let error = LockError::between(&Lock::parse(lock), &facts_of(entries));
    if error.breaking.is_empty() && error.additions.is_empty() { Ok(()) } else { Err(error) }
}

/// Compares the problem types with a file of the package that is tested.
#[track_caller]
pub(super) fn assert(entries: &[CatalogEntry], path: &str) {
    let is_updated = env::var_os(UPDATE).is_some_and(|value| value == "1");
    if let Err(message) = check_file(entries, &in_package(path), is_updated) {
        panic!("{path}: {message}");
    }
}

/// Compares the problem types with a file, and adds what is new if `is_updated`.
fn check_file(entries: &[CatalogEntry], path: &Path, is_updated: bool) -> Result<(), String> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(format!("the file cannot be read: {error}")),
    };
    if is_updated {
        let updated = updated(entries, &text);
        let result = if updated == text { Ok(()) } else { fs::write(path, &updated) };
        result.map_err(|error| format!("the file cannot be written: {error}"))?;
        return check(entries, &updated).map_err(|error| error.to_string());
    }
    check(entries, &text).map_err(|error| error.to_string())
}

/// Adds the facts that a lock has no line for. A lock with unreadable lines stays unchanged.
fn updated(entries: &[CatalogEntry], text: &str) -> String {
    let mut lock = Lock::parse(text);
    if !lock.unreadable.is_empty() {
        return text.to_owned();
    }
    for (key, value) in facts_of(entries) {
        lock.facts.entry(key).or_insert(value);
    }
    let comment: Vec<_> = text.lines().take_while(|line| line.starts_with('#')).collect();
    let comment = comment.join("\n") + "\n";
    written(if comment.starts_with('#') { &comment } else { COMMENT }, &lock.facts)
}

fn facts_of(entries: &[CatalogEntry]) -> Facts {
    entries.iter().flat_map(facts).collect()
}

/// Returns the path of a file of the package that is tested.
fn in_package(path: &str) -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    package.join(path)
}

fn written(comment: &str, facts: &Facts) -> String {
    let mut lines: Vec<_> = facts.iter().map(|(key, value)| line(key, value)).collect();
    lines.sort();
    format!("{comment}{}\n", lines.join("\n"))
}

fn line((code, name): &(String, String), value: &str) -> String {
    format!("{code} {name} {value}").trim_end().to_owned()
}

/// Returns the facts of one problem type.
fn facts(entry: &CatalogEntry) -> Vec<((String, String), String)> {
    let fact = |name: String, value: String| ((entry.code().to_owned(), name), value);
    let statuses: Vec<_> = entry.statuses().iter().map(ToString::to_string).collect();
    let mut facts = vec![fact("status".to_owned(), statuses.join(" "))];
    if let Some(uri) = entry.problem_type().uri() {
        facts.push(fact("type".to_owned(), uri.to_owned()));
    }
    for member in entry.members() {
        facts.push(fact(format!("member {}", member.name()), member_type(member)));
    }
    for name in entry.problem_type().headers() {
        facts.push(fact(format!("header {}", name.to_ascii_lowercase()), String::new()));
    }
    facts
}

fn member_type(member: &MemberSchema) -> String {
    let json_type = word(&member.json_type());
    if member.is_required() { json_type } else { format!("{json_type} optional") }
}

/// Writes a JSON type as a word.
fn word(json_type: &JsonType) -> String {
    match *json_type {
        JsonType::Any => "any".to_owned(),
        JsonType::Boolean => "boolean".to_owned(),
        JsonType::Integer { min: None, max: None } => "integer".to_owned(),
        JsonType::Integer { min, max } => {
            let min = min.map(|min| min.to_string()).unwrap_or_default();
            let max = max.map(|max| format!("={max}")).unwrap_or_default();
            format!("integer({min}..{max})")
        }
        JsonType::Number => "number".to_owned(),
        JsonType::Text => "string".to_owned(),
        JsonType::Format(format) => format!("string({format})"),
        JsonType::OneOf(words) => {
            let words: Vec<_> = words.iter().map(|word| format!("{word:?}")).collect();
            words.join("|")
        }
        JsonType::Nullable(inner) => format!("{}?", word(inner)),
        JsonType::Array(item) => format!("{}[]", word(item)),
        JsonType::Tuple(items) => {
            let items: Vec<_> = items.iter().map(word).collect();
            format!("[{}]", items.join(","))
        }
        JsonType::Map(inner) => format!("map({})", word(inner)),
        JsonType::Object => "object".to_owned(),
    }
}

/// A lock as it was read.
#[derive(Default)]
struct Lock {
    facts: Facts,
    /// What is wrong with lines that were not read.
    unreadable: Vec<String>,
}

impl Lock {
    fn parse(text: &str) -> Self {
        let mut lock = Self::default();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = at + 1;
            let problem = match fact(line) {
                None => format!("line {number} is no fact about a code: `{line}`"),
                Some((key, _)) if lock.facts.contains_key(&key) => {
                    format!("line {number} repeats another line: `{line}`")
                }
                Some((key, value)) => {
                    lock.facts.insert(key, value);
                    continue;
                }
            };
            lock.unreadable.push(problem);
        }
        lock
    }

    fn has_code(&self, code: &str) -> bool {
        self.facts.keys().any(|(known, _)| known == code)
    }
}

/// Reads a line.
fn fact(line: &str) -> Option<((String, String), String)> {
    let (code, rest) = line.split_once(' ')?;
    let (kind, rest) = rest.split_once(' ')?;
    let (name, value) = match kind {
        "status" | "type" => (kind.to_owned(), rest),
        "header" => (format!("header {rest}"), ""),
        "member" => {
            let (member, value) = rest.split_once(' ')?;
            (format!("member {member}"), value)
        }
        _ => return None,
    };
    Some(((code.to_owned(), name), value.to_owned()))
}

/// The differences between a catalog and a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockError {
    breaking: Vec<String>,
    /// The lines of the lock that no longer hold.
    outdated: Vec<String>,
    additions: Vec<String>,
}

impl LockError {
    fn between(lock: &Lock, facts: &Facts) -> Self {
        let mut error =
            Self { breaking: lock.unreadable.clone(), outdated: Vec::new(), additions: Vec::new() };
        let current = Lock { facts: facts.clone(), unreadable: Vec::new() };
        let mut gone: Vec<&str> = Vec::new();
        for (key, old) in &lock.facts {
            let (code, name) = key;
            let change = match facts.get(key) {
                Some(new) if new == old => continue,
                Some(new) => format!("the {} is `{new}`, and was `{old}`", of(name, code)),
                None if current.has_code(code) => format!("the {} is gone", of(name, code)),
                None if gone.contains(&&**code) => {
                    error.outdated.push(line(key, old));
                    continue;
                }
                None => {
                    gone.push(code);
                    format!("the code `{code}` is gone")
                }
            };
            error.breaking.push(change);
            error.outdated.push(line(key, old));
        }
        let new = facts.iter().filter(|(key, _)| !lock.facts.contains_key(key));
        error.additions = new.map(|(key, value)| line(key, value)).collect();
        error.additions.sort();
        error
    }

    /// Returns what breaks clients, each as a sentence: a code that is gone, a status that changed, a
    /// member that is gone or of another type. Unreadable lines are among them.
    pub fn breaking_changes(&self) -> &[String] {
        &self.breaking
    }

    /// Returns the lines that are missing in the lock.
    pub fn additions(&self) -> &[String] {
        &self.additions
    }
}

/// Names a fact: `member kb_id` is "member `kb_id` of `kb_not_found`".
fn of(name: &str, code: &str) -> String {
    match name.split_once(' ') {
        Some((kind, name)) => format!("{kind} `{name}` of `{code}`"),
        None => format!("{name} of `{code}`"),
    }
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the problem types of the service do not match the lock")?;
        if !self.breaking.is_empty() {
            f.write_str("\n\nclients that rely on the lock break:\n")?;
            for change in &self.breaking {
                writeln!(f, "  {change}")?;
            }
            f.write_str("undo the change, or correct the lock by hand")?;
        }
        if !self.outdated.is_empty() {
            f.write_str("; if no client relies on them any more, delete these lines:\n")?;
            for line in &self.outdated {
                writeln!(f, "  {line}")?;
            }
        }
        if !self.additions.is_empty() {
            f.write_str("\n\nthe lock has no line for:\n")?;
            for line in &self.additions {
                writeln!(f, "  {line}")?;
            }
            write!(f, "add them with `{UPDATE}=1 cargo test`, and commit the file")?;
        }
        Ok(())
    }
}

impl std::error::Error for LockError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::problem::{ErrorStatus, MemberType, ProblemType};

    static PAID: ProblemType = ProblemType::new("paid", ErrorStatus::CONFLICT, "Paid")
        .with_members(&[MemberSchema::new("order_id", u8::TYPE)])
        .with_headers(&["X-Order"]);

    fn entries() -> Vec<CatalogEntry> {
        catalog().iter().collect()
    }

    fn catalog() -> Catalog {
        Catalog::new().with_type(&PAID)
    }

    fn changes(lock: &str) -> Vec<String> {
        let error = catalog().check_lock(lock);
        error.err().map(|error| error.breaking_changes().to_vec()).unwrap_or_default()
    }

    #[test]
    fn lock_of_the_catalog_passes() {
        assert_eq!(catalog().check_lock(&catalog().lock()), Ok(()));
        let lines: Vec<_> =
            facts_of(&entries()).iter().map(|(key, value)| line(key, value)).collect();
        let of_paid: Vec<_> = lines.iter().filter(|line| line.starts_with("paid")).collect();
        assert_eq!(
            of_paid,
            [
                "paid header x-order",
                "paid member order_id integer(0..=255) optional",
                "paid status 409"
            ]
        );
    }

    #[test]
    fn each_kind_of_break_has_a_message() {
        let lock = catalog().lock();
        assert_eq!(
            changes(&(lock.clone() + "lost status 404\nlost member name string\n")),
            ["the code `lost` is gone"]
        );
        assert_eq!(
            changes(&lock.replace("paid status 409", "paid status 410")),
            ["the status of `paid` is `409`, and was `410`"]
        );
        assert_eq!(
            changes(&(lock.clone() + "paid member paid_at string(date)\n")),
            ["the member `paid_at` of `paid` is gone"]
        );
        assert_eq!(
            changes(&lock.replace("integer(0..=255)", "string")),
            [
                "the member `order_id` of `paid` is `integer(0..=255) optional`, and was `string optional`"
            ]
        );
        assert_eq!(
            changes(&(lock.clone() + "paid type https://example.com/paid\n")),
            ["the type of `paid` is gone"]
        );
        assert_eq!(
            changes(&(lock + "paid header x-paid\n")),
            ["the header `x-paid` of `paid` is gone"]
        );
    }

    #[test]
    fn unreadable_line_is_reported() {
        let lock = "<<<<<<< ours\n".to_owned() + &catalog().lock() + "paid status 409\n";
        let changes = changes(&lock);
        assert_eq!(changes[0], "line 1 is no fact about a code: `<<<<<<< ours`");
        assert!(changes[1].ends_with("repeats another line: `paid status 409`"), "{changes:?}");
        assert_eq!(updated(&entries(), &lock), lock);
    }

    #[test]
    fn message_says_what_to_do() {
        let lock = catalog().lock();
        let lock =
            lock.replace("paid header x-order\n", "").replace("paid status 409", "paid status 410");
        let message = catalog().check_lock(&lock).unwrap_err().to_string();
        assert_eq!(
            message,
            "the problem types of the service do not match the lock\n\
             \n\
             clients that rely on the lock break:\n  \
             the status of `paid` is `409`, and was `410`\n\
             undo the change, or correct the lock by hand; if no client relies on them any more, delete \
             these lines:\n  \
             paid status 410\n\
             \n\n\
             the lock has no line for:\n  \
             paid header x-order\n\
             add them with `UPDATE_ERRORS_LOCK=1 cargo test`, and commit the file"
        );
    }

    #[test]
    fn update_adds_and_never_changes_or_removes() {
        let old = "# Ours.\npaid status 410\nlost status 404\n";
        let renewed = updated(&entries(), old);
        assert!(renewed.starts_with("# Ours.\nbad_request status 400\n"), "{renewed}");
        for line in ["paid status 410", "lost status 404", "paid header x-order"] {
            assert!(renewed.lines().any(|found| found == line), "{line}");
        }
        assert!(!renewed.contains("paid status 409"));
        assert_eq!(updated(&entries(), &renewed), renewed);
        assert_eq!(changes(&renewed).len(), 2);
    }

    #[test]
    fn file_is_created_and_then_checked() {
        let folder = env::temp_dir().join(format!("errors-lock-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("errors.lock");
        let missing = check_file(&entries(), &path, false).unwrap_err();
        assert!(missing.contains("the lock has no line for:") && !path.exists());
        assert_eq!(check_file(&entries(), &path, true), Ok(()));
        assert_eq!(check_file(&entries(), &path, false), Ok(()));
        assert_eq!(fs::read_to_string(&path).unwrap(), catalog().lock());
        fs::remove_dir_all(&folder).unwrap();
    }
}

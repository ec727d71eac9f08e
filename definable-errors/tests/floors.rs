//! Tests of the floors of modules: imports go to lower floors only, and never through the crate
//! root.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod sources;

use std::path::{Path, PathBuf};

use sources::{code, source};

/// Every module and its floor. The tests fail for a module that is not listed.
const MODULES: &[(&str, u8)] = &[
    ("problem", 0),
    ("support", 0),
    ("breaker", 1),
    ("diagnosis", 1),
    ("error", 1),
    ("translate", 1),
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
    ("csrf", 6),
    ("deprecation", 6),
    ("timeout", 6),
    ("upstream", 6),
    ("stream", 6),
    ("serve", 6),
    ("dev", 6),
    ("testing", 6),
    ("rbac", 7),
    ("oauth", 7),
    ("router", 7),
    ("catalog", 8),
    ("openapi", 8),
    ("stack", 8),
    ("guide", 9),
    ("prelude", 9),
    ("lib", 9),
];

fn floor(module: &str) -> Option<u8> {
    MODULES.iter().find(|(known, _)| *known == module).map(|(_, floor)| *floor)
}

/// Returns every file of code of the library with the module that it belongs to.
fn files() -> Vec<(String, PathBuf)> {
    let files = sources::files(&source());
    files.into_iter().map(|file| (module(&file), file)).collect()
}

fn module(file: &Path) -> String {
    let name = file.strip_prefix(source()).unwrap().iter().next().unwrap().to_str().unwrap();
    name.trim_end_matches(".rs").to_owned()
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
fn complaint(module: &str, path: &[String]) -> Option<String> {
    let other = &*path[0];
    let own = floor(module)?;
    let Some(theirs) = floor(other) else {
        return Some(format!("`{module}` imports `{other}` through the crate root"));
    };
    if other != module && theirs >= own {
        return Some(format!("`{module}` imports `{other}`"));
    }
    let inner = path.get(1).filter(|_| path.len() > 2 && module != "lib")?;
    let is_file = source().join(other).join(format!("{inner}.rs")).exists();
    is_file.then(|| format!("`{module}` imports the file `{inner}` inside `{other}`"))
}

#[test]
fn every_module_is_in_the_table() {
    for (module, file) in files() {
        assert!(floor(&module).is_some(), "`{module}` has no floor: {}", file.display());
    }
}

#[test]
fn imports_go_down() {
    let mut complaints = Vec::new();
    for (module, file) in files().into_iter().filter(|(module, _)| module != "lib") {
        let wrong = imports(&code(&file)).into_iter().filter_map(|path| complaint(&module, &path));
        complaints.extend(wrong.map(|wrong| format!("{wrong} in {}", file.display())));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn lowest_floor_knows_no_axum() {
    for (module, file) in files().into_iter().filter(|(module, _)| floor(module) == Some(0)) {
        let code = code(&file);
        let mut words =
            code.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '-'));
        assert!(words.all(|word| word != "axum"), "`{module}` knows axum in {}", file.display());
    }
}

#[test]
fn check_finds_forbidden_imports() {
    let wrong = |module, line: &str| complaint(module, &imports(line)[0]);
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

/// Cycles between the files of a module that are allowed: the files of each, and the reason.
const CYCLES: &[(&[&str], &str)] = &[(
    &[
        "diagnosis/replay/cursor.rs",
        "diagnosis/replay/map.rs",
        "diagnosis/replay/scalar.rs",
        "diagnosis/replay/seq.rs",
    ],
    "values contain lists and objects, which contain values",
)];

/// Inherent `impl`s outside of the file of their type that are allowed: the file, the type, and the
/// reason.
const IMPLS: &[(&str, &str, &str)] = &[(
    "dev/development.rs",
    "ApiErrorLayer",
    "stays for good: a feature adds settings to a type on a lower floor",
)];

/// The source folders of both crates.
fn crates() -> [PathBuf; 2] {
    let derive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definable-errors-derive/src");
    [source(), derive]
}

/// A file of a crate: its path from the source folder, and its code.
struct SourceFile {
    name: String,
    code: String,
}

impl SourceFile {
    /// Returns all files of a crate.
    fn of_crate(source: &Path) -> Vec<Self> {
        let mut files: Vec<_> = sources::files(source)
            .iter()
            .map(|path| Self {
                name: path.strip_prefix(source).unwrap().to_str().unwrap().replace('\\', "/"),
                code: code(path),
            })
            .collect();
        files.sort_by(|one, other| one.name.cmp(&other.name));
        files
    }

    fn is_contents(&self) -> bool {
        matches!(self.name.rsplit('/').next(), Some("mod.rs" | "lib.rs"))
    }

    /// Returns the folder of the module that the file is, and that it is in.
    fn path(&self) -> Vec<&str> {
        let path = self.name.trim_end_matches(".rs").trim_end_matches("/mod");
        path.split('/').collect()
    }

    /// Returns every path that a file names from `super`, `self` or `crate`, with the names of its own
    /// module resolved.
    fn paths(&self) -> Vec<Vec<String>> {
        let mut own: Vec<String> = self.path().into_iter().map(str::to_owned).collect();
        if self.name == "lib.rs" {
            own.clear();
        }
        let starts = ["super::", "self::", "crate::"];
        let is_start = |at: usize| {
            let before = self.code[..at].chars().next_back();
            !before.is_some_and(|it| it.is_alphanumeric() || matches!(it, ':' | '_' | '$'))
        };
        let mut found = Vec::new();
        for start in starts {
            for (at, _) in self.code.match_indices(start).filter(|(at, _)| is_start(*at)) {
                let mut rest = &self.code[at..];
                let mut base = own.clone();
                while let Some((word, after)) = rest.split_once("::") {
                    match word {
                        "super" => drop(base.pop()),
                        "crate" => base.clear(),
                        "self" => {}
                        _ => break,
                    }
                    rest = after;
                }
                expand(&base, rest, &mut found);
            }
        }
        found
    }
}

/// Appends every path of a tree of imports, of which the first part is known.
fn expand(base: &[String], tree: &str, found: &mut Vec<Vec<String>>) {
    let tree = tree.trim_start();
    if let Some(group) = tree.strip_prefix('{') {
        for branch in branches(group) {
            expand(base, branch, found);
        }
        return;
    }
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let end = tree.find(|letter| !is_word(letter)).unwrap_or(tree.len());
    let mut path = base.to_vec();
    path.push(tree[..end].to_owned());
    match tree[end..].strip_prefix("::") {
        Some(rest) => expand(&path, rest, found),
        None => found.push(path),
    }
}

/// Returns the parts of a group in braces.
fn branches(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&group[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Returns the number of the file that defines or exports what a path names.
fn resolve(files: &[SourceFile], path: &[String]) -> Option<usize> {
    let find = |name: &str| files.iter().position(|file| file.name == name);
    for end in (1..=path.len()).rev() {
        let prefix = path[..end].join("/");
        if let Some(file) = find(&format!("{prefix}.rs")) {
            return Some(file);
        }
        let Some(contents) = find(&format!("{prefix}/mod.rs")) else {
            continue;
        };
        // An item of a folder: the file from which its table of contents exports it.
        let item = path.get(end)?;
        let inner = |path: &Vec<String>| path.len() > end + 1 && path.last() == Some(item);
        let export = files[contents].paths().into_iter().find(inner)?;
        return if export == path { None } else { resolve(files, &export) };
    }
    None
}

/// Returns for every file of a module those that it imports from the same module.
fn edges(files: &[SourceFile]) -> Vec<Vec<usize>> {
    let module = |file: &SourceFile| file.path()[0].to_owned();
    let own = |(at, file): (usize, &SourceFile)| {
        let paths = if file.is_contents() { Vec::new() } else { file.paths() };
        let targets = paths.iter().filter_map(|path| resolve(files, path));
        targets
            .filter(|other| *other != at && module(&files[*other]) == module(file))
            .filter(|other| !files[*other].is_contents())
            .collect()
    };
    files.iter().enumerate().map(own).collect()
}

/// Returns the files that import each other, directly or not.
fn cycles(files: &[SourceFile]) -> Vec<Vec<String>> {
    let edges = edges(files);
    let reached: Vec<Vec<bool>> = (0..files.len())
        .map(|start| {
            let (mut seen, mut open) = (vec![false; files.len()], edges[start].clone());
            while let Some(next) = open.pop() {
                if !seen[next] {
                    seen[next] = true;
                    open.extend(&edges[next]);
                }
            }
            seen
        })
        .collect();
    let mut found: Vec<Vec<String>> = Vec::new();
    for (at, file) in files.iter().enumerate().filter(|(at, _)| reached[*at][*at]) {
        let is_same = |other: &usize| reached[at][*other] && reached[*other][at];
        let cycle: Vec<_> =
            (0..files.len()).filter(is_same).map(|other| files[other].name.clone()).collect();
        if cycle[0] == file.name {
            found.push(cycle);
        }
    }
    found
}

#[test]
fn files_of_a_module_do_not_import_each_other() {
    let found: Vec<_> =
        crates().iter().flat_map(|source| cycles(&SourceFile::of_crate(source))).collect();
    let is_allowed = |cycle: &Vec<String>| CYCLES.iter().any(|(files, _)| cycle == files);
    let wrong: Vec<_> = found.iter().filter(|cycle| !is_allowed(cycle)).collect();
    assert!(wrong.is_empty(), "cycles: {wrong:#?}");
    let is_gone = |(files, _): &&(&[&str], &str)| !found.iter().any(|cycle| cycle == files);
    let gone: Vec<_> = CYCLES.iter().filter(is_gone).collect();
    assert!(gone.is_empty(), "exceptions that are no longer needed: {gone:#?}");
}

/// Returns the type of every inherent `impl`.
fn inherent_impls(code: &str) -> Vec<String> {
    let headers = code.match_indices("\nimpl").filter_map(|(at, start)| {
        let rest = &code[at + start.len()..];
        rest.starts_with([' ', '<']).then(|| rest.split('{').next().unwrap_or_default())
    });
    headers.filter(|header| !header.contains(" for ")).filter_map(subject).collect()
}

/// Returns the name of the type after `impl` and its parameters.
fn subject(header: &str) -> Option<String> {
    let mut rest = header.trim_start();
    if rest.starts_with('<') {
        let mut depth = 0;
        let arrow = rest.replace("->", "  ");
        let end = arrow.char_indices().find_map(|(at, letter)| {
            depth += match letter {
                '<' => 1,
                '>' => -1,
                _ => 0,
            };
            (depth == 0).then_some(at)
        })?;
        rest = rest[end + 1..].trim_start();
    }
    let is_path = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':');
    let path = &rest[..rest.find(|letter| !is_path(letter)).unwrap_or(rest.len())];
    let name = path.rsplit("::").next()?;
    (!name.is_empty() && name != "dyn").then(|| name.to_owned())
}

fn defines(code: &str, name: &str) -> bool {
    ["struct ", "enum ", "union ", "trait "].iter().any(|word| {
        code.match_indices(word).any(|(at, _)| {
            let rest = &code[at + word.len()..];
            rest.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(['<', ' ', '(', ';', '\n', '{']))
        })
    })
}

#[test]
fn inherent_impl_is_in_the_file_of_its_type() {
    let mut found = Vec::new();
    for source in crates() {
        let files = SourceFile::of_crate(&source);
        for file in &files {
            let elsewhere = |name: &String| {
                !defines(&file.code, name) && files.iter().any(|other| defines(&other.code, name))
            };
            let names = inherent_impls(&format!("\n{}", file.code)).into_iter().filter(elsewhere);
            found.extend(names.map(|name| (file.name.clone(), name)));
        }
    }
    found.sort();
    found.dedup();
    let is_same = |found: &(String, String), (file, name, _): &(&str, &str, &str)| {
        found.0 == *file && found.1 == *name
    };
    let is_allowed = |found: &&(String, String)| IMPLS.iter().any(|known| is_same(found, known));
    let wrong: Vec<_> = found.iter().filter(|it| !is_allowed(it)).collect();
    assert!(wrong.is_empty(), "`impl`s elsewhere: {wrong:#?}");
    let is_gone = |known: &&(&str, &str, &str)| !found.iter().any(|found| is_same(found, known));
    let gone: Vec<_> = IMPLS.iter().filter(is_gone).collect();
    assert!(gone.is_empty(), "exceptions that are no longer needed: {gone:#?}");
}

#[test]
fn check_finds_cycles_and_foreign_impls() {
    let file = |name: &str, code: &str| SourceFile { name: name.into(), code: code.into() };
    let files = [
        file("module/mod.rs", "mod a;\nmod b;\nmod inner;\npub use self::a::{A, Other};"),
        file("module/a.rs", "use super::inner::C;\nstruct A;"),
        file("module/b.rs", "use super::{a::A, inner::{C, D}};"),
        file("module/inner/mod.rs", "mod c;\npub(crate) use self::c::C;"),
        file("module/inner/c.rs", "use crate::module::A;\nstruct C;"),
    ];
    assert_eq!(cycles(&files), [["module/a.rs", "module/inner/c.rs"]]);
    let code = "\nimpl<F: Fn() -> u8> One<F> {}\nimpl Display for Two {}\nimpl crate::x::Three {}";
    assert_eq!(inherent_impls(code), ["One", "Three"]);
    assert!(defines("pub struct One<F> {}", "One") && !defines("struct OneMore;", "One"));
}

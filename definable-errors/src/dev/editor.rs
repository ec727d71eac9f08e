//! Links that open a source file in an editor.

use std::borrow::Cow;
use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The editor that the page of development mode opens source files in.
///
/// It is a template of a URL, in which `{file}` is the whole path of the file, `{line}` and
/// `{column}` count from 1, and `{relative}` is the path as the page shows it.
///
/// ```
/// use definable_errors::dev::{Development, Editor};
///
/// let settings = Development::new().editor(Editor::ZED);
/// // The service runs in a container, and the editor outside of it.
/// let editor = Editor::template("vscode://file{file}:{line}").map_path("/app", "/home/me/shop");
/// let settings = Development::new().editor(editor);
/// # let _ = settings;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Editor {
    template: Cow<'static, str>,
    paths: Vec<(String, String)>,
}

/// The characters of a path that stay unchanged in a URL.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl Editor {
    /// Visual Studio Code.
    pub const VS_CODE: Self = Self::preset("vscode://file{file}:{line}:{column}");
    /// Cursor.
    pub const CURSOR: Self = Self::preset("cursor://file{file}:{line}:{column}");
    /// Zed.
    pub const ZED: Self = Self::preset("zed://file{file}:{line}:{column}");
    /// `RustRover`, `CLion` and other editors of `JetBrains`.
    pub const IDEA: Self = Self::preset("idea://open?file={file}&line={line}&column={column}");
    /// Helix, if the system passes on links of `helix:`.
    pub const HELIX: Self = Self::preset("helix://{file}:{line}:{column}");
    /// Neovim, if the system passes on links of `nvim:`.
    pub const NEOVIM: Self = Self::preset("nvim://open?file={file}&line={line}");

    const fn preset(template: &'static str) -> Self {
        Self { template: Cow::Borrowed(template), paths: Vec::new() }
    }

    /// Creates an editor from the template of a URL.
    ///
    /// # Panics
    ///
    /// Panics if the template has no scheme, or that of a script.
    pub fn template(template: impl Into<Cow<'static, str>>) -> Self {
        let template = template.into();
        let scheme = template.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        let is_scheme = scheme.is_some_and(|scheme| {
            scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
                && !["javascript", "data", "vbscript"].contains(&&*scheme)
        });
        assert!(is_scheme, "the link of an editor starts with the scheme of the editor");
        Self { template, paths: Vec::new() }
    }

    /// Replaces the start of paths: the editor has the files below `here` that the service has below
    /// `there`. This is for a service in a container or in WSL.
    pub fn map_path(mut self, there: impl Into<String>, here: impl Into<String>) -> Self {
        self.paths.push((there.into(), here.into()));
        self
    }

    /// Returns the link that opens a file.
    pub(super) fn link(&self, file: &Path, relative: &str, line: u32, column: u32) -> String {
        let file = file.to_string_lossy();
        let mapped = self.paths.iter().find_map(|(there, here)| {
            let rest = file.strip_prefix(&**there)?;
            (rest.starts_with('/') || there.ends_with('/')).then(|| format!("{here}{rest}"))
        });
        let file = mapped.as_deref().unwrap_or(&file);
        self.template
            .replace("{line}", &line.to_string())
            .replace("{column}", &column.to_string())
            .replace("{relative}", &utf8_percent_encode(relative, PATH).to_string())
            .replace("{file}", &utf8_percent_encode(file, PATH).to_string())
    }
}

impl Default for Editor {
    fn default() -> Self {
        Self::VS_CODE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_names_the_place() {
        let link = |editor: &Editor| editor.link(Path::new("/app/src/a b.rs"), "src/a b.rs", 7, 3);
        assert_eq!(link(&Editor::VS_CODE), "vscode://file/app/src/a%20b.rs:7:3");
        let mapped = Editor::template("x://{relative}?{file}#{line}").map_path("/app", "/home/me");
        assert_eq!(link(&mapped), "x://src/a%20b.rs?/home/me/src/a%20b.rs#7");
        assert_eq!(link(&Editor::ZED.map_path("/ap", "/b")), "zed://file/app/src/a%20b.rs:7:3");
    }

    #[test]
    #[should_panic(expected = "starts with the scheme")]
    fn scripts_are_no_editors() {
        let _ = Editor::template("JavaScript:alert(1)");
    }
}

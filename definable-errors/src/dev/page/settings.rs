//! The settings of the page, and the page as a response in each representation.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};
use maud::Markup;

use super::{html, markdown, text};
use crate::render::{Failure, Representation};

use super::super::build_info::BuildInfo;
use super::super::details::Details;
use super::super::editor::Editor;
use super::super::texts::visible;
use super::super::{redact, token};

/// The environment variables that are always shown.
const VARIABLES: [&str; 3] = ["APP_ENV", "RUST_LOG", "RUST_BACKTRACE"];

/// What a service sets about the page.
#[derive(Debug, Clone, Default)]
pub(in crate::dev) struct PageSettings {
    pub(in crate::dev) editor: Editor,
    pub(in crate::dev) facts: Vec<(String, String)>,
    pub(in crate::dev) build: Option<BuildInfo>,
    pub(in crate::dev) variables: Vec<String>,
}

impl PageSettings {
    /// Reads the environment, once for all pages.
    pub(in crate::dev) fn into_page(self) -> Page {
        let variables = VARIABLES.iter().map(|name| (*name).to_owned()).chain(self.variables);
        let variables = variables.filter_map(|name| {
            let value = env::var_os(&name)?;
            let value = redact::pair(&name, &value.to_string_lossy());
            Some((name, visible(&value)))
        });
        let build = self.build.iter().flat_map(BuildInfo::facts);
        let facts = self.facts.into_iter().chain(build).chain(built());
        let facts = facts.map(|(name, value)| (visible(&name), visible(&value)));
        let facts = facts.chain(variables).collect();
        Page { editor: self.editor, facts }
    }
}

/// Returns what is known about the build.
fn built() -> [(String, String); 3] {
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    [
        ("definable-errors".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        ("Profile".to_owned(), profile.to_owned()),
        ("Platform".to_owned(), format!("{} {}", env::consts::OS, env::consts::ARCH)),
    ]
}

/// The page that developers see in place of the page of production.
#[derive(Debug)]
pub(in crate::dev) struct Page {
    pub(super) editor: Editor,
    facts: Vec<(String, String)>,
}

/// A text for clients for which the page could not be written.
const FAILED: &str = "The page for this error could not be written; the terminal has the error.\n";

impl Page {
    /// Returns what is known about the service and its environment.
    pub(in crate::dev) fn facts(&self) -> &[(String, String)] {
        &self.facts
    }

    /// Writes the page as HTML, or a plain text if that fails.
    pub(in crate::dev) fn html(&self, details: &Details) -> Representation {
        let page = or_text(details, || {
            let nonce = Self::nonce()?;
            let page = html::write(details, &self.editor, &nonce);
            let page = Representation::new("text/html; charset=utf-8", page);
            let headers = Self::headers(&nonce).into_iter();
            Some(headers.fold(page, |page, (name, value)| page.with_header(name, value)))
        });
        page.untranslated()
    }

    /// Returns a value that a page from elsewhere cannot guess.
    pub(in crate::dev) fn nonce() -> Option<String> {
        token::unguessable()
    }

    /// Returns the headers of a page, which allow its own style and script and nothing else. A form
    /// of the page has the origin of the page, which a stricter referrer policy would remove.
    pub(in crate::dev) fn headers(nonce: &str) -> [(HeaderName, HeaderValue); 2] {
        let policy = HeaderValue::try_from(policy(nonce));
        [
            (header::CONTENT_SECURITY_POLICY, policy.expect("a nonce is hexadecimal")),
            (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        ]
    }

    /// Returns the head of a page.
    pub(in crate::dev) fn head(title: &str, nonce: &str) -> Markup {
        html::head(title, nonce)
    }

    /// Writes the whole content of the page as Markdown.
    pub(in crate::dev) fn whole(details: &Details) -> String {
        markdown::write(details)
    }

    /// Appends the content of the page to the plain text of production.
    pub(in crate::dev) fn text(failure: &Failure, details: &Details) -> Representation {
        extended(failure, &format!("\n{}", text::write(details)))
    }

    /// Appends the content of the page to the Markdown of production.
    pub(in crate::dev) fn markdown(failure: &Failure, details: &Details) -> Representation {
        extended(failure, &format!("\n{}", markdown::sections(details)))
    }
}

/// Returns what `write` writes, or a plain text if it panics or has no random bytes.
fn or_text(details: &Details, write: impl FnOnce() -> Option<Representation>) -> Representation {
    if let Ok(Some(page)) = catch_unwind(AssertUnwindSafe(write)) {
        return page;
    }
    let written = catch_unwind(AssertUnwindSafe(|| text::write(details)));
    let body = written.unwrap_or_else(|_| FAILED.to_owned());
    Representation::new("text/plain; charset=utf-8", body)
}

fn extended(failure: &Failure, more: &str) -> Representation {
    let mut standard = failure.standard();
    standard.body = Bytes::from([&standard.body[..], more.as_bytes()].concat());
    standard
}

/// Allows the style and the script of the page, and nothing else.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src data:; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_that_cannot_be_written_is_a_plain_text() {
        let details = Details { message: "storage failed".to_owned(), ..Details::default() };
        let writers: [fn() -> Option<Representation>; 2] = [|| panic!("a template fails"), || None];
        for write in writers {
            let representation = or_text(&details, write);
            assert_eq!(representation.content_type, "text/plain; charset=utf-8");
            assert!(representation.body.starts_with(b"definable_errors::ApiError: storage failed"));
        }
    }

    #[test]
    fn secrets_of_the_environment_are_not_shown() {
        let variables = vec!["CARGO_PKG_NAME".to_owned(), "PATH".to_owned()];
        let page = PageSettings { variables, ..PageSettings::default() }.into_page();
        let names: Vec<_> = page.facts().iter().map(|(name, _)| &**name).collect();
        assert!(names.starts_with(&["definable-errors", "Profile", "Platform"]), "{names:?}");
        assert!(!names.contains(&"HOME"), "{names:?}");
    }
}

//! The settings of the page, and the page as a response in each representation.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use http::{HeaderValue, header};

use super::{html, markdown, text};
use crate::render::{Failure, Representation};

use super::super::details::{Details, visible};
use super::super::editor::Editor;
use super::super::redact;

/// The environment variables that are always shown.
const VARIABLES: [&str; 3] = ["APP_ENV", "RUST_LOG", "RUST_BACKTRACE"];

/// What a service sets about the page.
#[derive(Debug, Clone, Default)]
pub(in crate::dev) struct PageSettings {
    pub(in crate::dev) editor: Editor,
    pub(in crate::dev) facts: Vec<(String, String)>,
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
        let facts = self.facts.into_iter().chain(built()).chain(variables).collect();
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
        let written = catch_unwind(AssertUnwindSafe(|| {
            let nonce = nonce()?;
            let policy = HeaderValue::try_from(policy(&nonce)).ok()?;
            Some((html::write(details, &self.editor, &nonce), policy))
        }));
        let Ok(Some((body, policy))) = written else {
            return self.fallback(details);
        };
        Representation::new("text/html; charset=utf-8", body)
            .with_header(header::CONTENT_SECURITY_POLICY, policy)
            .with_header(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"))
            .untranslated()
    }

    fn fallback(&self, details: &Details) -> Representation {
        let written = catch_unwind(AssertUnwindSafe(|| text::write(details)));
        let body = written.unwrap_or_else(|_| FAILED.to_owned());
        Representation::new("text/plain; charset=utf-8", body).untranslated()
    }

    /// Appends the content of the page to the plain text of production.
    pub(in crate::dev) fn text(&self, failure: &Failure, details: &Details) -> Representation {
        extended(failure, &format!("\n{}", text::write(details)))
    }

    /// Appends the content of the page to the Markdown of production.
    pub(in crate::dev) fn markdown(&self, failure: &Failure, details: &Details) -> Representation {
        extended(failure, &format!("\n{}", markdown::sections(details)))
    }
}

fn extended(failure: &Failure, more: &str) -> Representation {
    let mut standard = failure.standard();
    standard.body = Bytes::from([&standard.body[..], more.as_bytes()].concat());
    standard
}

/// Returns a value that a page from elsewhere cannot guess.
fn nonce() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Allows the style and the script of the page, and nothing else.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src data:; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

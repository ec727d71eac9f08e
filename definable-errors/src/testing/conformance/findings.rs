//! What a run found, readable in the message of a failed test.

use std::collections::BTreeMap;
use std::fmt;

use http::StatusCode;

use crate::testing::Rule;

/// The most requests that are listed for one rule.
const MAX_LISTED: usize = 5;

/// A response that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub(super) rule: Rule,
    pub(super) request: String,
    pub(super) status: Option<StatusCode>,
    pub(super) found: String,
}

impl Finding {
    /// Returns the rule, with what it requires and where that is written.
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// Returns the request in words: method, target, and what it tries.
    pub fn request(&self) -> &str {
        &self.request
    }

    /// Returns the status of the response, or `None` if there was no response.
    pub const fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Returns what was found.
    pub fn found(&self) -> &str {
        &self.found
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => write!(f, "{}: {}, {}", self.request, status.as_u16(), self.found),
            None => write!(f, "{}: {}", self.request, self.found),
        }
    }
}

/// What a run found.
///
/// Its `Display` output lists every broken rule with its reference, and the first requests that show
/// it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "findings are ignored unless a test asserts that there are none"]
pub struct Findings {
    pub(super) findings: Vec<Finding>,
    pub(super) statuses: BTreeMap<u16, usize>,
    pub(super) requests: usize,
    pub(super) exceptions: Vec<(Rule, String)>,
    pub(super) incomplete: Option<String>,
}

impl Findings {
    /// Iterates over the findings, in the order of the requests.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.findings.iter()
    }

    /// Returns the broken rules, each once, in their order.
    pub fn rules(&self) -> Vec<Rule> {
        let mut rules: Vec<_> = self.iter().map(Finding::rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    /// Returns whether nothing was found. A run that is incomplete may have missed something.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Returns the number of requests that were sent.
    pub const fn requests(&self) -> usize {
        self.requests
    }

    /// Returns the number of responses by status.
    pub const fn statuses(&self) -> &BTreeMap<u16, usize> {
        &self.statuses
    }

    /// Returns why the run does not show what it should, or `None` if it is complete: it ended at a
    /// bound, or a rate limit answered in place of the routes.
    pub fn incomplete(&self) -> Option<&str> {
        self.incomplete.as_deref()
    }

    /// Checks that the run is complete and found nothing.
    ///
    /// # Panics
    ///
    /// Panics with all findings otherwise.
    #[track_caller]
    pub fn assert_empty(&self) {
        assert!(self.is_empty() && self.incomplete.is_none(), "{self}");
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = self.rules();
        let count = |(status, number): (&u16, &usize)| format!("{status} ({number})");
        let statuses: Vec<_> = self.statuses.iter().map(count).collect();
        let broken = match rules.len() {
            1 => "1 rule is broken".to_owned(),
            number => format!("{number} rules are broken"),
        };
        writeln!(f, "{broken} in {} requests", self.requests)?;
        writeln!(f, "statuses of the responses: {}", statuses.join(", "))?;
        if let Some(reason) = &self.incomplete {
            writeln!(f, "the run is incomplete: {reason}")?;
        }
        for (rule, reason) in &self.exceptions {
            writeln!(f, "not checked: {rule:?}, because {reason}")?;
        }
        for rule in rules {
            let findings: Vec<_> = self.iter().filter(|finding| finding.rule == rule).collect();
            writeln!(f, "\n{rule:?}: {rule}")?;
            for finding in findings.iter().take(MAX_LISTED) {
                writeln!(f, "  {finding}")?;
            }
            match findings.len().saturating_sub(MAX_LISTED) {
                0 => {}
                more => writeln!(f, "  … and {more} more")?,
            }
        }
        Ok(())
    }
}

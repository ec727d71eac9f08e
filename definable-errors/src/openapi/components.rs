//! The components that responses share.

use std::collections::BTreeMap;

use utoipa::openapi::example::Example;
use utoipa::openapi::header::Header;
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::{Components, Ref};
use utoipa::openapi::security::SecurityScheme;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::differences::{Difference, Differences};
use super::response::PROBLEM_JSON;
use super::{headers, response, schemas};
use crate::problem::{ErrorStatus, Problem, ProblemType};

/// The components of a document, and what is added to them. A component that is there is kept.
pub(super) struct Shared {
    components: Components,
    /// The problem types that responses refer to, by code, with all their statuses.
    types: BTreeMap<&'static str, (&'static ProblemType, Vec<u16>)>,
    has_any: bool,
    kept: Vec<String>,
}

impl Shared {
    pub(super) const fn new(components: Components) -> Self {
        Self { components, types: BTreeMap::new(), has_any: false, kept: Vec::new() }
    }

    /// Replaces the headers and examples of a response by references to components.
    pub(super) fn share(
        &mut self,
        response: &mut Response,
        status: ErrorStatus,
        types: &[&'static ProblemType],
        base: &str,
    ) {
        let status_code = status.as_u16();
        for problem_type in types {
            let (_, statuses) =
                self.types.entry(problem_type.code()).or_insert((problem_type, Vec::new()));
            if !statuses.contains(&status_code) {
                statuses.push(status_code);
            }
        }
        for (name, header) in &mut response.headers {
            if let RefOr::T(inline) = header {
                let inline = std::mem::take(inline);
                *header = self.header(name, inline);
            }
        }
        if let Some(RefOr::T(content)) = response.content.get_mut(PROBLEM_JSON) {
            for problem_type in types {
                let name = format!("{}_{status_code}", problem_type.code());
                self.example(&name, response::example(problem_type, status, base));
                let reference = Ref::new(format!("#/components/examples/{name}"));
                content.examples.insert(problem_type.code().to_owned(), RefOr::Ref(reference));
            }
        }
    }

    /// Adds a header, and returns a reference to it.
    pub(super) fn header(&mut self, name: &str, header: Header) -> RefOr<Header> {
        let key = if headers::is_required(&header) {
            name.to_owned()
        } else {
            format!("{name}.optional")
        };
        let known = self.components.headers.entry(key.clone()).or_insert(header.clone().into());
        if *known != RefOr::T(header) {
            self.kept.push(format!("headers/{key}"));
        }
        RefOr::Ref(Ref::new(format!("#/components/headers/{key}")))
    }

    fn example(&mut self, name: &str, example: Example) {
        let examples = &mut self.components.examples;
        let known = examples.entry(name.to_owned()).or_insert(example.clone().into());
        if *known != RefOr::T(example) {
            self.kept.push(format!("examples/{name}"));
        }
    }

    /// Returns a response that may be any problem.
    pub(super) fn any_problem(&mut self, has_content: HasContent) -> Response {
        let mut response = response::of_any();
        match has_content {
            HasContent::Yes => self.has_any = true,
            HasContent::No => response.content.clear(),
        }
        response
    }

    /// Returns the name of a security scheme, and adds its definition if there is none: the name of
    /// the first definition that `is_same`, else `name`, or `other` if that is taken.
    pub(super) fn security_scheme(
        &mut self,
        is_same: impl Fn(&SecurityScheme) -> bool,
        [name, other]: [String; 2],
        definition: SecurityScheme,
    ) -> String {
        let schemes = &mut self.components.security_schemes;
        let same = |known: &RefOr<SecurityScheme>| matches!(known, RefOr::T(it) if is_same(it));
        if let Some((name, _)) = schemes.iter().find(|(_, known)| same(known)) {
            return name.clone();
        }
        let name = if schemes.contains_key(&name) { other } else { name };
        schemes.entry(name.clone()).or_insert_with(|| definition.into());
        name
    }

    /// Adds the schemas, and returns all components.
    pub(super) fn finish(mut self, differences: &mut Differences) -> Components {
        let types = std::mem::take(&mut self.types);
        if self.has_any || !types.is_empty() {
            let mut general = vec![(schemas::PROBLEM.to_owned(), Problem::schema())];
            Problem::schemas(&mut general);
            for (name, schema) in general {
                self.schema(&name, &schema);
            }
        }
        for (code, (problem_type, mut statuses)) in types {
            statuses.sort_unstable();
            let schema = schemas::of_type(problem_type, &statuses);
            self.schema(&schemas::name_of(code), &schema.into());
        }
        self.kept.sort_unstable();
        self.kept.dedup();
        for name in self.kept {
            differences.push(Difference::KeptComponent(name));
        }
        self.components
    }

    fn schema(&mut self, name: &str, schema: &RefOr<Schema>) {
        let known =
            self.components.schemas.entry(name.to_owned()).or_insert_with(|| schema.clone());
        if known != schema {
            self.kept.push(format!("schemas/{name}"));
        }
    }
}

/// Whether responses of an operation have content: those to `HEAD` have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HasContent {
    Yes,
    No,
}

//! The security requirements of an operation, and the schemes that they refer to.

use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, OpenIdConnect, SecurityRequirement,
    SecurityScheme as Definition,
};

use super::components::Shared;
use crate::guard::{self, ApiKeyLocation, Security, SecurityScheme};

/// The names of security schemes in a document.
pub(super) struct Schemes<'a> {
    defined: &'a [(SecurityScheme, String, Definition)],
    replaced: &'a [(SecurityScheme, Security)],
}

impl<'a> Schemes<'a> {
    pub(super) const fn new(
        defined: &'a [(SecurityScheme, String, Definition)],
        replaced: &'a [(SecurityScheme, Security)],
    ) -> Self {
        Self { defined, replaced }
    }

    /// Returns the requirements of a guard. There are none if it requires no credentials.
    pub(super) fn requirements(
        &mut self,
        security: &Security,
        shared: &mut Shared,
    ) -> Vec<SecurityRequirement> {
        let security = self.replace(security);
        let alternatives = security.alternatives().iter();
        alternatives.map(|alternative| self.requirement(alternative, shared)).collect()
    }

    fn requirement(
        &self,
        alternative: &guard::SecurityRequirement,
        shared: &mut Shared,
    ) -> SecurityRequirement {
        let named =
            alternative.schemes().map(|(scheme, scopes)| (self.name(scheme, shared), scopes));
        named.fold(SecurityRequirement::default(), |requirement, (name, scopes)| {
            requirement.add(name, scopes.iter().map(|scope| scope.clone().into_owned()))
        })
    }

    /// Replaces the schemes that the service replaces. Their scopes stay.
    fn replace(&self, security: &Security) -> Security {
        let replaced = |alternative: &guard::SecurityRequirement| {
            let schemes = alternative.schemes().map(|(scheme, scopes)| {
                let by = self.replaced.iter().find(|(known, _)| known == scheme);
                let by = by.map_or_else(|| Security::new(scheme.clone()), |(_, by)| by.clone());
                by.with_scopes(scopes.iter().cloned())
            });
            // An alternative without schemes accepts requests without credentials.
            schemes.reduce(Security::and)
        };
        let mut alternatives = security.alternatives().iter().map(replaced);
        let mut is_optional = false;
        let mut all: Option<Security> = None;
        for alternative in &mut alternatives {
            match (alternative, all.take()) {
                (None, known) => (is_optional, all) = (true, known),
                (Some(found), None) => all = Some(found),
                (Some(found), Some(known)) => all = Some(known.or(found)),
            }
        }
        match all {
            Some(all) if is_optional => all.optional(),
            Some(all) => all,
            None => Security::NONE,
        }
    }

    /// Returns the name of a scheme, and adds its definition if the document has none.
    fn name(&self, scheme: &SecurityScheme, shared: &mut Shared) -> String {
        if let Some((_, name, definition)) = self.defined.iter().find(|(known, ..)| known == scheme)
        {
            let names = [name.clone(), name.clone()];
            return shared.security_scheme(|known| known == definition, names, definition.clone());
        }
        let definition = definition(scheme);
        let is_same = |known: &Definition| is_same(known, &definition);
        shared.security_scheme(is_same, names(scheme), definition.clone())
    }
}

/// Returns whether two definitions are the same scheme, however they are described.
fn is_same(one: &Definition, other: &Definition) -> bool {
    match (one, other) {
        (Definition::Http(one), Definition::Http(other)) => one.scheme == other.scheme,
        (Definition::ApiKey(one), Definition::ApiKey(other)) => {
            let (one, other) = (key(one), key(other));
            one.0 == other.0 && one.1.eq_ignore_ascii_case(other.1)
        }
        (Definition::MutualTls { .. }, Definition::MutualTls { .. }) => true,
        (Definition::OpenIdConnect(one), Definition::OpenIdConnect(other)) => {
            one.open_id_connect_url == other.open_id_connect_url
        }
        _ => false,
    }
}

fn key(key: &ApiKey) -> (&'static str, &str) {
    match key {
        ApiKey::Header(value) => ("header", &value.name),
        ApiKey::Query(value) => ("query", &value.name),
        ApiKey::Cookie(value) => ("cookie", &value.name),
    }
}

fn definition(scheme: &SecurityScheme) -> Definition {
    match scheme {
        SecurityScheme::Http { scheme, bearer_format } => match http_scheme(scheme) {
            Some(known) => {
                let mut http = Http::new(known);
                http.bearer_format = bearer_format.as_ref().map(ToString::to_string);
                Definition::Http(http)
            }
            // utoipa has a fixed list of schemes. The header is the same for all.
            None => {
                let description = format!("The scheme `{scheme}` (RFC 9110 §11.6.2).");
                let name = "Authorization".to_owned();
                Definition::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, description)))
            }
        },
        SecurityScheme::ApiKey { location, name } => {
            let value = ApiKeyValue::new(name.clone());
            Definition::ApiKey(match location {
                ApiKeyLocation::Header => ApiKey::Header(value),
                ApiKeyLocation::Query => ApiKey::Query(value),
                ApiKeyLocation::Cookie => ApiKey::Cookie(value),
            })
        }
        SecurityScheme::MutualTls => {
            Definition::MutualTls { description: None, deprecated: None, extensions: None }
        }
        SecurityScheme::OpenIdConnect { url } => {
            Definition::OpenIdConnect(OpenIdConnect::new(url.clone()))
        }
    }
}

fn http_scheme(name: &str) -> Option<HttpAuthScheme> {
    Some(match &*name.to_ascii_lowercase() {
        "basic" => HttpAuthScheme::Basic,
        "bearer" => HttpAuthScheme::Bearer,
        "digest" => HttpAuthScheme::Digest,
        "hoba" => HttpAuthScheme::Hoba,
        "mutual" => HttpAuthScheme::Mutual,
        "negotiate" => HttpAuthScheme::Negotiate,
        "oauth" => HttpAuthScheme::OAuth,
        "scram-sha-1" => HttpAuthScheme::ScramSha1,
        "scram-sha-256" => HttpAuthScheme::ScramSha256,
        "vapid" => HttpAuthScheme::Vapid,
        _ => return None,
    })
}

/// Returns the name for a scheme, and another one if that is taken.
fn names(scheme: &SecurityScheme) -> [String; 2] {
    let (name, other) = match scheme {
        SecurityScheme::Http { scheme, .. } => (&**scheme, "http"),
        SecurityScheme::ApiKey { location, name } => match location {
            ApiKeyLocation::Header => (&**name, "header"),
            ApiKeyLocation::Query => (&**name, "query"),
            ApiKeyLocation::Cookie => (&**name, "cookie"),
        },
        SecurityScheme::MutualTls => ("mutual_tls", "certificate"),
        SecurityScheme::OpenIdConnect { .. } => ("open_id_connect", "provider"),
    };
    let is_legal = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
    let name = name.replace(|letter: char| !is_legal(letter), "_");
    let other = format!("{name}_{other}");
    [name, other]
}

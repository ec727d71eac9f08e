//! The credentials that a route requires, as data: what a security requirement of OpenAPI contains.

use std::borrow::Cow;

/// The credentials that a guard requires: alternatives, any one of which is enough.
///
/// It has the structure of the field `security` of OpenAPI 3.1: a list of alternatives, each of
/// which maps schemes to the scopes that are needed. No alternative at all means that no
/// credentials are required; an alternative without schemes means that they are optional.
///
/// ```
/// use definable_errors::guard::{Security, SecurityScheme};
///
/// let by_user = Security::new(SecurityScheme::bearer()).with_scopes(["kb:read"]);
/// let by_program = Security::new(SecurityScheme::header("x-api-key"));
/// let security = by_user.or(by_program);
///
/// let [user, program] = security.alternatives() else { panic!("there are two") };
/// assert_eq!(user.scopes_of(&SecurityScheme::bearer()), Some(&["kb:read".into()][..]));
/// assert_eq!(program.schemes().count(), 1);
/// assert!(Security::NONE.alternatives().is_empty());
/// ```
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Security {
    alternatives: Vec<SecurityRequirement>,
}

impl Security {
    /// No credentials are required.
    pub const NONE: Self = Self { alternatives: Vec::new() };

    /// Requires credentials of one scheme.
    pub fn new(scheme: SecurityScheme) -> Self {
        let requirement = SecurityRequirement { schemes: vec![(scheme, Vec::new())] };
        Self { alternatives: vec![requirement] }
    }

    /// Also accepts requests without any credentials.
    pub fn optional(self) -> Self {
        let anonymous = Self { alternatives: vec![SecurityRequirement::default()] };
        self.or(anonymous)
    }

    /// Accepts what either of the two accepts. If one of them requires nothing, neither does the
    /// result.
    pub fn or(mut self, other: Self) -> Self {
        if self.alternatives.is_empty() || other.alternatives.is_empty() {
            return Self::NONE;
        }
        for alternative in other.alternatives {
            self.add(alternative);
        }
        self
    }

    /// Requires what both of the two require: every alternative of one with every alternative of
    /// the other.
    ///
    /// ```
    /// use definable_errors::guard::{Security, SecurityScheme};
    ///
    /// let bearer = Security::new(SecurityScheme::bearer());
    /// let reader = bearer.clone().with_scopes(["kb:read"]);
    /// assert_eq!(bearer.and(reader.clone()), reader);
    /// ```
    pub fn and(self, other: Self) -> Self {
        match (self.alternatives.is_empty(), other.alternatives.is_empty()) {
            (true, _) => return other,
            (_, true) => return self,
            (false, false) => {}
        }
        let mut both = Self::NONE;
        for one in &self.alternatives {
            for another in &other.alternatives {
                both.add(one.clone().and(another));
            }
        }
        both
    }

    /// Adds scopes or permissions to every scheme of every alternative.
    pub fn with_scopes<T>(mut self, scopes: impl IntoIterator<Item = T>) -> Self
    where
        T: Into<Cow<'static, str>>,
    {
        let scopes: Vec<_> = scopes.into_iter().map(Into::into).collect();
        for (_, known) in self.alternatives.iter_mut().flat_map(|it| &mut it.schemes) {
            add_scopes(known, &scopes);
        }
        self
    }

    /// Returns the alternatives; there are none if no credentials are required.
    pub fn alternatives(&self) -> &[SecurityRequirement] {
        &self.alternatives
    }

    fn add(&mut self, alternative: SecurityRequirement) {
        if !self.alternatives.contains(&alternative) {
            self.alternatives.push(alternative);
        }
    }
}

/// The schemes of one alternative of a [`Security`], all of which are required, with the scopes that
/// each needs. Without a scheme it accepts requests that have no credentials.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecurityRequirement {
    schemes: Vec<(SecurityScheme, Vec<Cow<'static, str>>)>,
}

impl SecurityRequirement {
    /// Iterates over the schemes and the scopes or permissions that each needs.
    pub fn schemes(&self) -> impl Iterator<Item = (&SecurityScheme, &[Cow<'static, str>])> {
        self.schemes.iter().map(|(scheme, scopes)| (scheme, &scopes[..]))
    }

    /// Returns the scopes that a scheme needs, or `None` if the scheme is not required.
    pub fn scopes_of(&self, scheme: &SecurityScheme) -> Option<&[Cow<'static, str>]> {
        self.schemes().find(|(known, _)| *known == scheme).map(|(_, scopes)| scopes)
    }

    fn and(mut self, other: &Self) -> Self {
        for (scheme, scopes) in &other.schemes {
            match self.schemes.iter_mut().find(|(known, _)| known == scheme) {
                Some((_, known)) => add_scopes(known, scopes),
                None => self.schemes.push((scheme.clone(), scopes.clone())),
            }
        }
        self
    }
}

/// Adds the scopes that are missing.
fn add_scopes(known: &mut Vec<Cow<'static, str>>, scopes: &[Cow<'static, str>]) {
    for scope in scopes {
        if !known.contains(scope) {
            known.push(scope.clone());
        }
    }
}

/// A way in which a request carries credentials: the data of a security scheme object of OpenAPI
/// 3.1.
///
/// ```
/// use definable_errors::guard::{ApiKeyLocation, SecurityScheme};
///
/// let scheme = SecurityScheme::cookie("session");
/// assert_eq!(
///     scheme,
///     SecurityScheme::ApiKey { location: ApiKeyLocation::Cookie, name: "session".into() }
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecurityScheme {
    /// A scheme of the `Authorization` header (RFC 9110 §11), such as `bearer` or `basic`.
    Http {
        /// The name of the scheme in lower case.
        scheme: Cow<'static, str>,
        /// A hint at the format of a bearer token, such as `JWT`.
        bearer_format: Option<Cow<'static, str>>,
    },
    /// A secret in a place of its own.
    ApiKey {
        /// Where the request carries it.
        location: ApiKeyLocation,
        /// The name of the header, the query parameter or the cookie.
        name: Cow<'static, str>,
    },
    /// A certificate of the client.
    MutualTls,
    /// Tokens of a provider of identities (`OpenID` Connect).
    OpenIdConnect {
        /// The URL of its discovery document.
        url: Cow<'static, str>,
    },
}

impl SecurityScheme {
    /// A bearer token in the `Authorization` header (RFC 6750 §2.1).
    pub const fn bearer() -> Self {
        Self::Http { scheme: Cow::Borrowed("bearer"), bearer_format: None }
    }

    /// A user name and a password in the `Authorization` header (RFC 7617).
    pub const fn basic() -> Self {
        Self::Http { scheme: Cow::Borrowed("basic"), bearer_format: None }
    }

    /// A secret in a header.
    pub fn header(name: impl Into<Cow<'static, str>>) -> Self {
        Self::ApiKey { location: ApiKeyLocation::Header, name: name.into() }
    }

    /// A secret in a query parameter.
    pub fn query(name: impl Into<Cow<'static, str>>) -> Self {
        Self::ApiKey { location: ApiKeyLocation::Query, name: name.into() }
    }

    /// A secret in a cookie.
    pub fn cookie(name: impl Into<Cow<'static, str>>) -> Self {
        Self::ApiKey { location: ApiKeyLocation::Cookie, name: name.into() }
    }
}

/// The part of a request that carries an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApiKeyLocation {
    /// A header.
    Header,
    /// A query parameter.
    Query,
    /// A cookie.
    Cookie,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer() -> Security {
        Security::new(SecurityScheme::bearer())
    }

    #[test]
    fn both_requirements_are_every_pair_of_alternatives() {
        let either = bearer().or(Security::new(SecurityScheme::basic()));
        let optional = Security::new(SecurityScheme::cookie("id")).optional();
        let both = either.and(optional);
        let counts: Vec<_> = both.alternatives().iter().map(|it| it.schemes().count()).collect();
        assert_eq!(counts, [2, 1, 2, 1]);
    }

    #[test]
    fn nothing_required_beside_something_is_nothing_required_or_both() {
        assert_eq!(bearer().or(Security::NONE), Security::NONE);
        assert_eq!(bearer().and(Security::NONE), bearer());
        assert_eq!(Security::NONE.and(bearer()), bearer());
    }

    #[test]
    fn optional_credentials_have_an_alternative_without_schemes() {
        let security = bearer().with_scopes(["a"]).optional();
        assert_eq!(security.alternatives().len(), 2);
        assert_eq!(security.alternatives()[1], SecurityRequirement::default());
        assert_eq!(security.clone().optional(), security);
    }

    #[test]
    fn scopes_and_alternatives_occur_once() {
        let twice = bearer().with_scopes(["a"]).with_scopes(["b", "a"]);
        let scopes = twice.alternatives()[0].scopes_of(&SecurityScheme::bearer());
        assert_eq!(scopes, Some(&["a".into(), "b".into()][..]));
        assert_eq!(twice.clone().or(twice.clone()), twice);
    }
}

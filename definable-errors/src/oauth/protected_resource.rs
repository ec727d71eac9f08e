//! The metadata by which clients find out where to obtain a token (RFC 9728).

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::{HeaderValue, header};
use reqwest::Url;
use serde_json::{Map, Value};

use crate::error::Challenge;

/// The metadata of a service that accepts access tokens (RFC 9728).
///
/// [`router`](Self::router) serves it, and [`challenge`](Self::challenge) names its address to
/// clients without a valid token, which can then log in without being configured.
///
/// ```
/// use axum::Router;
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::oauth::ProtectedResource;
///
/// # fn main() -> Result<(), definable_errors::oauth::ProtectedResourceError> {
/// let resource = ProtectedResource::new("https://api.example.com/orders")?
///     .authorization_servers(["https://id.example.com"])
///     .scopes(["orders:read", "orders:write"]);
/// assert_eq!(
///     resource.challenge().to_string(),
///     "Bearer resource_metadata=\"https://api.example.com/.well-known/oauth-protected-resource/orders\"",
/// );
///
/// let app: Router = Router::new()
///     .merge(resource.router())
///     .layer(ApiErrorLayer::new().challenge(resource.challenge()));
/// # let _ = app;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "metadata does nothing until it is served"]
pub struct ProtectedResource {
    path: String,
    metadata_url: String,
    members: Map<String, Value>,
}

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

impl ProtectedResource {
    /// Creates the metadata of the resource with this identifier, the URL at which clients reach it.
    /// Tokens for it have the identifier as their audience.
    ///
    /// Tokens are accepted in the header `Authorization` alone (`bearer_methods_supported`).
    ///
    /// # Errors
    ///
    /// Returns an error if the identifier is not an `https` URL without a fragment (§1.2), a query,
    /// and braces, which the path of a route cannot have.
    pub fn new(resource: &str) -> Result<Self, ProtectedResourceError> {
        let url: Url = resource.parse().map_err(|_| ProtectedResourceError)?;
        let is_plain = !resource.contains(['?', '#', '{', '}', '*', '"', '\\', '<', '>']);
        if url.scheme() != "https" || !url.username().is_empty() || !is_plain {
            return Err(ProtectedResourceError);
        }
        // A slash after the host is removed before the path is inserted (§3.1).
        let path =
            format!("{WELL_KNOWN}{}", Some(url.path()).filter(|it| *it != "/").unwrap_or(""));
        let metadata_url = format!("{}{path}", url.origin().ascii_serialization());
        let mut members = Map::new();
        members.insert("resource".into(), resource.into());
        members.insert("bearer_methods_supported".into(), vec!["header"].into());
        Ok(Self { path, metadata_url, members })
    }

    /// Sets the issuers whose tokens are accepted.
    pub fn authorization_servers<T: Into<String>>(
        self,
        issuers: impl IntoIterator<Item = T>,
    ) -> Self {
        self.list("authorization_servers", issuers)
    }

    /// Sets the scopes that requests may need.
    pub fn scopes<T: Into<String>>(self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.list("scopes_supported", scopes)
    }

    /// Sets a name for people.
    pub fn name(self, name: &str) -> Self {
        self.member("resource_name", name.into())
    }

    /// Sets the URL of the documentation for developers.
    pub fn documentation(self, url: &str) -> Self {
        self.member("resource_documentation", url.into())
    }

    /// Adds another member of the metadata (§2), in place of one with the same name. An empty list
    /// is left out (§3.2).
    pub fn member(mut self, name: &str, value: Value) -> Self {
        match value {
            Value::Array(list) if list.is_empty() => self.members.remove(name),
            value => self.members.insert(name.to_owned(), value),
        };
        self
    }

    fn list<T: Into<String>>(self, name: &str, items: impl IntoIterator<Item = T>) -> Self {
        let items = items.into_iter().map(|item| Value::String(item.into()));
        self.member(name, items.collect())
    }

    /// Returns the URL at which clients find the metadata. A proxy that adds or removes a prefix has
    /// to pass it on to the path of [`router`](Self::router) unchanged.
    pub fn metadata_url(&self) -> &str {
        &self.metadata_url
    }

    /// Returns the challenge with the URL of the metadata (§5.1), for
    /// [`ApiErrorLayer::challenge`](crate::ApiErrorLayer::challenge).
    pub fn challenge(&self) -> Challenge {
        Challenge::protected_resource(&self.metadata_url)
            .expect("the URL of the metadata is https and has no fragment")
    }

    /// Returns a router with the one route of the metadata. Merge it at the root, whatever the path
    /// of the service is.
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let body = Value::Object(self.members.clone()).to_string();
        let json = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Router::new().route(&self.path, get(move || async move { ([json], body).into_response() }))
    }
}

/// The error for an identifier that a resource cannot have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProtectedResourceError;

impl std::fmt::Display for ProtectedResourceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a protected resource is an https URL without a query, a fragment and braces")
    }
}

impl std::error::Error for ProtectedResourceError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_stands_between_host_and_path() {
        for (resource, url) in [
            ("https://a.example", "https://a.example/.well-known/oauth-protected-resource"),
            ("https://a.example/", "https://a.example/.well-known/oauth-protected-resource"),
            (
                "https://a.example:8443/v1",
                "https://a.example:8443/.well-known/oauth-protected-resource/v1",
            ),
        ] {
            assert_eq!(ProtectedResource::new(resource).unwrap().metadata_url(), url);
        }
        for resource in [
            "http://a.example",
            "https://a.example/#x",
            "https://a.example/?x",
            "https://u@a.example/",
            "https://a.example/{id}",
            "a.example",
            "",
        ] {
            assert!(ProtectedResource::new(resource).is_err(), "{resource}");
        }
    }
}

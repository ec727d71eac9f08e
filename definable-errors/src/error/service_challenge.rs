//! The challenge that a service sends with a 401, in place of the default one.

use http::HeaderValue;

use super::Challenge;
use super::challenge::value;
use crate::problem::{
    INSUFFICIENT_SCOPE, INSUFFICIENT_USER_AUTHENTICATION, INVALID_API_KEY, INVALID_AUTHORIZATION,
    INVALID_TOKEN, ProblemType,
};

/// The realm of a challenge for which no realm was set.
const UNSAID: &str = " realm=\"api\"";

/// The types whose challenges are restated in advance if the service sets its own.
const USUAL: [&ProblemType; 5] = [
    &INVALID_AUTHORIZATION,
    &INVALID_TOKEN,
    &INSUFFICIENT_SCOPE,
    &INSUFFICIENT_USER_AUTHENTICATION,
    &INVALID_API_KEY,
];

/// The challenge of a service, and the restated forms of the default challenges.
#[derive(Debug, Clone)]
pub(crate) struct ServiceChallenge {
    own: Challenge,
    usual: Vec<(HeaderValue, HeaderValue)>,
}

impl ServiceChallenge {
    pub(crate) fn new(own: Challenge) -> Self {
        let types =
            USUAL.iter().filter_map(|usual| usual.challenge()).map(HeaderValue::from_static);
        let usual = types
            .chain([Challenge::DEFAULT.value().clone()])
            .filter_map(|said| restated(&said, &own).map(|restated| (said, restated)))
            .collect();
        Self { own, usual }
    }

    pub(crate) const fn own(&self) -> &Challenge {
        &self.own
    }

    /// Whether no challenge has to be restated.
    pub(crate) fn is_default(&self) -> bool {
        self.own == Challenge::DEFAULT
    }

    /// Restates a challenge of the default realm with the realm of the service, and, if the scheme
    /// is the same, also with its other parameters. Returns `None` for any other challenge.
    pub(crate) fn restate(&self, said: &HeaderValue) -> Option<HeaderValue> {
        let usual = self.usual.iter().find(|(usual, _)| usual == said);
        usual.map(|(_, restated)| restated.clone()).or_else(|| restated(said, &self.own))
    }
}

fn restated(said: &HeaderValue, service: &Challenge) -> Option<HeaderValue> {
    if *service == Challenge::DEFAULT {
        return None;
    }
    let said = said.to_str().ok()?;
    let (scheme, params) = said.split_at(said.find(' ')?);
    let rest = params.strip_prefix(UNSAID)?;
    if !rest.is_empty() && !rest.starts_with(", ") {
        return None;
    }
    let own = parameters(service, scheme, rest)?;
    Some(value(&format!("{scheme} {own}{rest}")))
}

/// Returns the parameters of the service's challenge, except those that the challenge already
/// contains, so that each occurs once.
fn parameters(service: &Challenge, scheme: &str, rest: &str) -> Option<String> {
    let (own_scheme, own) = service.as_str().split_once(' ')?;
    let is_same = own_scheme.eq_ignore_ascii_case(scheme);
    let is_wanted = |param: &&str| {
        let name = param.split('=').next().unwrap_or_default();
        let is_double = rest.contains(&format!(", {name}="));
        !is_double && (is_same || name == "realm")
    };
    let wanted: Vec<_> = own
        .split_inclusive("\", ")
        .map(|param| param.trim_end_matches(", "))
        .filter(is_wanted)
        .collect();
    Some(wanted.join(", ")).filter(|params| !params.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(challenge: &'static str, service: &Challenge) -> Option<String> {
        let service = ServiceChallenge::new(service.clone());
        let restated = service.restate(&HeaderValue::from_static(challenge))?;
        Some(restated.to_str().unwrap().to_owned())
    }

    const REFUSED: &str = "Bearer realm=\"api\", error=\"invalid_token\"";

    #[test]
    fn the_default_realm_becomes_the_services() {
        let orders = Challenge::bearer("orders");
        assert_eq!(
            said(REFUSED, &orders).unwrap(),
            "Bearer realm=\"orders\", error=\"invalid_token\""
        );
        assert_eq!(said("ApiKey realm=\"api\"", &orders).unwrap(), "ApiKey realm=\"orders\"");
        let basic = Challenge::basic("shop, one");
        assert_eq!(
            said(REFUSED, &basic).unwrap(),
            "Bearer realm=\"shop, one\", error=\"invalid_token\""
        );
    }

    #[test]
    fn metadata_stands_in_place_of_a_realm() {
        let metadata = Challenge::protected_resource("https://a.example/m").unwrap();
        let expected = "Bearer resource_metadata=\"https://a.example/m\", error=\"invalid_token\"";
        assert_eq!(said(REFUSED, &metadata).unwrap(), expected);
        assert_eq!(said("ApiKey realm=\"api\"", &metadata), None);
    }

    #[test]
    fn nothing_is_said_twice() {
        let service = Challenge::bearer("a").with_scope("all").unwrap();
        let restated = said("Bearer realm=\"api\", error=\"e\", scope=\"kb:read\"", &service);
        assert_eq!(restated.unwrap(), "Bearer realm=\"a\", error=\"e\", scope=\"kb:read\"");
        assert_eq!(
            said(REFUSED, &service).unwrap(),
            "Bearer realm=\"a\", scope=\"all\", error=\"invalid_token\""
        );
    }

    #[test]
    fn what_names_a_realm_of_its_own_stays() {
        let orders = Challenge::bearer("orders");
        assert_eq!(said("Bearer realm=\"bank\", error=\"invalid_token\"", &orders), None);
        assert_eq!(said("Bearer realm=\"apiary\"", &orders), None);
        assert_eq!(said("Bearer error=\"invalid_token\"", &orders), None);
        assert_eq!(said(REFUSED, &Challenge::DEFAULT), None);
    }
}

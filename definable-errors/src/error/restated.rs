use http::HeaderValue;

use super::Challenge;
use super::challenge::value;

/// The realm of a challenge that nobody said a realm for.
const UNSAID: &str = " realm=\"api\"";

/// A challenge in the default realm, said again as the service says its own: with its realm, and of
/// the same scheme also with its other parameters. Any other challenge stays as it is.
pub(crate) fn restated(said: &HeaderValue, service: &Challenge) -> Option<HeaderValue> {
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

/// What the service says, without what the challenge says better (B5: nothing twice).
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
        let restated = restated(&HeaderValue::from_static(challenge), service)?;
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

    // P4
    #[test]
    fn metadata_stands_in_place_of_a_realm() {
        let metadata = Challenge::protected_resource("https://a.example/m").unwrap();
        let expected = "Bearer resource_metadata=\"https://a.example/m\", error=\"invalid_token\"";
        assert_eq!(said(REFUSED, &metadata).unwrap(), expected);
        assert_eq!(said("ApiKey realm=\"api\"", &metadata), None);
    }

    // B5
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

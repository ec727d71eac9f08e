use std::str::FromStr;

/// The base of the `type` URI of a problem, before the code.
///
/// [`ApiErrorLayer`](definable_errors::ApiErrorLayer) panics on an invalid base; an invalid setting
/// is rejected with a message instead.
#[derive(Debug, Clone)]
pub struct ProblemBase(String);

impl From<ProblemBase> for std::borrow::Cow<'static, str> {
    fn from(base: ProblemBase) -> Self {
        Self::Owned(base.0)
    }
}

impl FromStr for ProblemBase {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_rooted =
            ["/", "http://", "https://", "urn:"].iter().any(|start| text.starts_with(start));
        let is_uri =
            |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
        // After two slashes comes a host: `//evil` would refer to another server.
        let is_rooted = is_rooted && !text.starts_with("//");
        if is_rooted && text.bytes().all(is_uri) {
            Ok(Self(text.to_owned()))
        } else {
            Err("must be an http(s) or urn URI, or a path that starts with one /")
        }
    }
}

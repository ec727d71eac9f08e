use std::str::FromStr;

/// What stands before the code in the `type` of a problem.
///
/// [`ApiErrorLayer`](definable_errors::ApiErrorLayer) panics on what is none; a setting is refused
/// with a sentence instead.
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
        // Behind two slashes stands a host: `//evil` is somebody else's.
        let is_rooted = is_rooted && !text.starts_with("//");
        match is_rooted && text.bytes().all(is_uri) {
            true => Ok(Self(text.to_owned())),
            false => Err("must be an http(s) or urn URI, or a path that starts with one /"),
        }
    }
}

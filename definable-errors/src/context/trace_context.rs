//! The trace of a request: its `traceparent`, and the `tracestate` for the services that it makes
//! this one call (W3C Trace Context).

use http::HeaderMap;
use http::header::HeaderValue;

pub(super) const TRACEPARENT: &str = "traceparent";

/// A valid `traceparent` of the caller (W3C Trace Context).
///
/// ```
/// use definable_errors::context::TraceContext;
///
/// let context: TraceContext =
///     "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().unwrap();
/// assert_eq!(context.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext(HeaderValue);

impl TraceContext {
    /// Returns the trace id: 32 lower-case hexadecimal digits.
    pub fn trace_id(&self) -> &str {
        &self.text()[3..35]
    }

    /// Returns the id of the caller's span: 16 lower-case hexadecimal digits.
    pub fn parent_id(&self) -> &str {
        &self.text()[36..52]
    }

    /// Returns whether the caller records the trace. The service is free to decide otherwise.
    pub fn is_sampled(&self) -> bool {
        // Bit 0 of the flags: the last digit is odd.
        matches!(self.0.as_bytes()[54], b'1' | b'3' | b'5' | b'7' | b'9' | b'b' | b'd' | b'f')
    }

    /// Returns the `traceparent` of a request that this one causes: the same trace, and a new
    /// parent (W3C Trace Context, "Mutating the traceparent Field"). Of the flags only the known
    /// ones are kept: `sampled`, and `random`.
    #[cfg(feature = "upstream")]
    pub(crate) fn child(&self) -> HeaderValue {
        let flags = u8::from_str_radix(&self.text()[53..55], 16).unwrap_or_default() & 0b11;
        let parent = fastrand::u64(1..);
        let text = format!("00-{}-{parent:016x}-{flags:02x}", self.trace_id());
        HeaderValue::try_from(text).expect("hexadecimal digits are a header value")
    }

    /// Returns the trace id of a raw header, if the header is valid.
    pub(super) fn trace_id_of(value: &HeaderValue) -> Option<&[u8]> {
        let header = value.as_bytes();
        is_valid(header).then(|| &header[3..35])
    }

    pub(super) fn parse(value: &HeaderValue) -> Option<Self> {
        is_valid(value.as_bytes()).then(|| Self(value.clone()))
    }

    fn text(&self) -> &str {
        std::str::from_utf8(self.0.as_bytes()).expect("a valid traceparent is ASCII")
    }
}

impl std::str::FromStr for TraceContext {
    type Err = TraceContextError;

    fn from_str(text: &str) -> Result<Self, TraceContextError> {
        let value = HeaderValue::from_str(text).map_err(|_| TraceContextError)?;
        Self::parse(&value).ok_or(TraceContextError)
    }
}

/// The error for a text that is not a valid `traceparent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TraceContextError;

impl std::fmt::Display for TraceContextError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a traceparent is 2-32-16-2 lower-case hexadecimal digits, ids not all zero")
    }
}

impl std::error::Error for TraceContextError {}

fn is_valid(header: &[u8]) -> bool {
    let Some((known, more)) = header.split_at_checked(55) else {
        return false;
    };
    let (version, trace, parent, flags) =
        (&known[..2], &known[3..35], &known[36..52], &known[53..]);
    // Without an early return several digits are compared at once.
    let is_hex = |digits: &[u8]| digits.iter().fold(true, |all, digit| all & is_digit(*digit));
    let is_form = [known[2], known[35], known[52]] == *b"---"
        && is_hex(version)
        && is_hex(trace)
        && is_hex(parent)
        && is_hex(flags);
    let is_zero = |id: &[u8]| id.iter().all(|digit| *digit == b'0');
    // Version 00 ends here; a later one may continue after a dash.
    let is_end = match version {
        b"ff" => false,
        b"00" => more.is_empty(),
        _ => more.is_empty() || more[0] == b'-',
    };
    is_form && is_end && !is_zero(trace) && !is_zero(parent)
}

/// Whether it is a lower-case hexadecimal digit.
const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit() | matches!(byte, b'a'..=b'f')
}

/// The maximum number of members of the list.
const MAX_MEMBERS: usize = 32;

/// The length, in characters, that every service must be able to pass on. A longer list loses
/// members.
const MAX_LENGTH: usize = 512;

/// Members longer than this, in characters, are the first that a list loses.
const LONG_MEMBER: usize = 128;

/// Reads the list of all fields.
///
/// Returns `None` for a list that is not legal, and for an empty one. Of one that is too long it
/// leaves out the long members, then those at its end, which are the oldest.
pub(super) fn read_trace_state(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut members = Vec::new();
    for field in headers.get_all("tracestate") {
        let list = field.to_str().ok()?.split(',').map(|member| member.trim_matches([' ', '\t']));
        for member in list.filter(|member| !member.is_empty()) {
            if members.len() == MAX_MEMBERS || !is_member(member) {
                return None;
            }
            members.push(member);
        }
    }
    if length(&members) > MAX_LENGTH {
        members.retain(|member| member.len() <= LONG_MEMBER);
    }
    while length(&members) > MAX_LENGTH {
        members.pop();
    }
    (!members.is_empty()).then(|| HeaderValue::try_from(members.join(",")).ok()).flatten()
}

fn length(members: &[&str]) -> usize {
    members.iter().map(|member| member.len() + 1).sum::<usize>().saturating_sub(1)
}

/// Whether it is `key=value` in the characters of the standard.
fn is_member(member: &str) -> bool {
    let Some((key, value)) = member.split_once('=') else { return false };
    let is_key =
        |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'*' | b'/' | b'@');
    let is_value = |byte: u8| matches!(byte, 0x20..=0x7e) && byte != b'=';
    (1..=256).contains(&key.len())
        && key.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && key.bytes().all(is_key)
        && (1..=256).contains(&value.len())
        && value.bytes().all(is_value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    fn parse(text: &str) -> Option<TraceContext> {
        text.parse().ok()
    }

    #[test]
    fn valid_headers_are_read() {
        let context = parse(&format!("00-{TRACE}-{SPAN}-01")).unwrap();
        assert_eq!(
            (context.trace_id(), context.parent_id(), context.is_sampled()),
            (TRACE, SPAN, true)
        );
        assert!(!parse(&format!("00-{TRACE}-{SPAN}-00")).unwrap().is_sampled());
        assert!(parse(&format!("cc-{TRACE}-{SPAN}-01")).is_some());
        assert!(parse(&format!("cc-{TRACE}-{SPAN}-01-more")).is_some());
    }

    #[cfg(feature = "upstream")]
    #[test]
    fn child_has_the_same_trace_and_another_parent() {
        for (flags, kept) in [("00", "00"), ("01", "01"), ("03", "03"), ("ff", "03"), ("fc", "00")]
        {
            let context = parse(&format!("cc-{TRACE}-{SPAN}-{flags}-more")).unwrap();
            let child: TraceContext = context.child().to_str().unwrap().parse().unwrap();
            assert_eq!(child.trace_id(), TRACE);
            assert_ne!(child.parent_id(), SPAN);
            assert!(child.text().starts_with("00-") && child.text().ends_with(kept));
        }
    }

    #[test]
    fn anything_else_is_ignored() {
        let zeros = "0".repeat(32);
        for bad in [
            String::new(),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("00-{TRACE}-{SPAN}-01."),
            format!("cc-{TRACE}-{SPAN}-01.more"),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{zeros}-{SPAN}-01"),
            format!("00-{TRACE}-{}-01", &zeros[..16]),
            format!("00_{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}-0x"),
            format!("0x-{TRACE}-{SPAN}-01"),
        ] {
            assert_eq!(parse(&bad), None, "{bad}");
        }
    }

    fn read_fields(fields: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append("tracestate", field.parse().unwrap());
        }
        read_trace_state(&headers).map(|list| list.to_str().unwrap().to_owned())
    }

    #[test]
    fn fields_are_one_list_in_their_order() {
        assert_eq!(read_fields(&["a=1"]).unwrap(), "a=1");
        assert_eq!(
            read_fields(&["a=1 , tenant@vendor=x y", "", "b=2,,"]).unwrap(),
            "a=1,tenant@vendor=x y,b=2"
        );
        assert_eq!(read_fields(&[]), None);
        assert_eq!(read_fields(&["", " , "]), None);
    }

    #[test]
    fn list_that_is_not_legal_is_left_out() {
        for list in ["a", "=1", "a=", "A=1", "a=1,b=2=3", "a b=1", "-a=1", "a=\u{e4}", "a=1,b"] {
            assert_eq!(read_fields(&[list]), None, "{list}");
        }
    }

    #[test]
    fn list_has_at_most_32_members() {
        assert!(read_fields(&["a=1"; 32]).is_some());
        assert_eq!(read_fields(&["a=1"; 33]), None);
    }

    #[test]
    fn list_that_is_too_long_loses_its_long_members_then_its_last() {
        let long = format!("long={}", "x".repeat(200));
        let short = |number: usize| format!("m{number:02}={}", "x".repeat(60));
        let kept = read_fields(&[&long, &short(1), &long]).unwrap();
        assert_eq!(kept, [&*long, &short(1), &long].join(","), "512 characters are not too long");
        let many: Vec<_> = std::iter::once(long).chain((0..10).map(short)).collect();
        let kept = read_fields(&[&many.join(",")]).unwrap();
        assert_eq!(kept, (0..7).map(short).collect::<Vec<_>>().join(","));
        assert!(kept.len() <= MAX_LENGTH);
    }
}

//! The header `traceparent` of W3C Trace Context.

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
        _ => more.is_empty() || more[0] == b'-' && more.is_ascii(),
    };
    is_form && is_end && !is_zero(trace) && !is_zero(parent)
}

/// Whether it is a lower-case hexadecimal digit.
const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit() | matches!(byte, b'a'..=b'f')
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
    fn bytes_of_a_later_version_that_are_no_ascii_are_not_valid() {
        let text = [format!("cc-{TRACE}-{SPAN}-01-").as_bytes(), b"\x81"].concat();
        let value = HeaderValue::from_bytes(&text).unwrap();
        assert_eq!(TraceContext::parse(&value), None);
        assert_eq!(TraceContext::trace_id_of(&value), None);
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
}

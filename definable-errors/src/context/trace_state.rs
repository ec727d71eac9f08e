//! The `tracestate` of a request, for the services that it makes this one call (W3C Trace Context,
//! "tracestate Header").

use http::{HeaderMap, HeaderValue};

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
pub(super) fn read(headers: &HeaderMap) -> Option<HeaderValue> {
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

    fn read_fields(fields: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append("tracestate", field.parse().unwrap());
        }
        read(&headers).map(|list| list.to_str().unwrap().to_owned())
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

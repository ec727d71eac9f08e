//! Problems of other services are decoded, whatever they contain.

use definable_errors::problem::ReceivedProblem;
use serde_json::{Map, Value};

/// The members that a problem has methods for (RFC 9457 §3.1).
const STANDARD: [&str; 5] = ["type", "title", "status", "detail", "instance"];

/// Asserts that every JSON object is decoded, whatever the types of its members, and that it keeps all
/// of its extension members.
pub fn received(bytes: &[u8]) {
    let decoded = ReceivedProblem::from_slice(bytes);
    let Ok(Value::Object(members)) = serde_json::from_slice::<Value>(bytes) else {
        assert!(decoded.is_err(), "it is no object");
        return;
    };
    let is_small = bytes.len() <= ReceivedProblem::MAX_BYTES;
    let is_flat = depth(&Value::Object(members.clone())) <= ReceivedProblem::MAX_DEPTH;
    assert_eq!(decoded.is_ok(), is_small && is_flat);
    if let Ok(problem) = decoded {
        check_members(&problem, members);
    }
}

fn check_members(problem: &ReceivedProblem, mut members: Map<String, Value>) {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    assert_eq!(problem.type_uri(), text("type").unwrap_or("about:blank"));
    assert_eq!(problem.title(), text("title"));
    assert_eq!(problem.detail(), text("detail"));
    assert_eq!(problem.instance(), text("instance"));
    assert_eq!(problem.code(), text("code"));
    let status = members.get("status").and_then(Value::as_u64);
    let status = status.filter(|status| (100..600).contains(status));
    assert_eq!(problem.status().map(u64::from), status);
    members.retain(|name, _| !STANDARD.contains(&&**name));
    assert_eq!(problem.members(), &members);
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

//! Bodies of a given size in bytes.

/// Returns rows of which about a hundred and one are wrong, the last one among them.
pub(super) fn rows(bytes: usize, good: &str, wrong: &str) -> String {
    let count = bytes / (good.len() + 1);
    let every = count / 101;
    let row = |at: usize| if at % every == every - 1 { wrong } else { good };
    format!("[{}]", (0..count).map(row).collect::<Vec<_>>().join(","))
}

/// Returns an object with as many members as fit. Their names and texts are all different.
pub(super) fn members(bytes: usize, value: &str) -> String {
    let count = bytes / (value.len() + 12);
    let members =
        (0..count).map(|at| format!("\"name{at:05}\":{}", value.replace('#', &at.to_string())));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// Returns as many lists as fit, each nested `levels` deep.
pub(super) fn deep(bytes: usize, levels: usize, inner: &str) -> String {
    let one = format!("{}{inner}{}", "[".repeat(levels), "]".repeat(levels));
    let count = bytes / (one.len() + 1);
    format!("[{}]", vec![one; count].join(","))
}

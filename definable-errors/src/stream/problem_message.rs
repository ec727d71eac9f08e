//! The JSON object in which a line or a message contains a problem.

use crate::layer::LateProblem;

const START: &[u8] = br#"{"type":"problem","problem":"#;

/// Returns `{"type":"problem","problem":{…}}`, on one line.
pub(super) fn problem_message(problem: &LateProblem) -> Vec<u8> {
    let mut message = Vec::with_capacity(START.len() + problem.body.len() + 2);
    message.extend_from_slice(START);
    message.extend_from_slice(&problem.body);
    message.push(b'}');
    message
}

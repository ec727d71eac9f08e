//! Keys and certificates in PEM.

use super::marker;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// Masks keys and certificates in PEM; one without an end extends to the end of the text.
pub(super) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, block)) = rest.split_once(BEGIN) {
        let (secret, after) = split_block(block);
        out.push_str(before);
        out.push_str(marker(secret));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn split_block(block: &str) -> (&str, &str) {
    let Some(end) = block.find(END) else {
        return (block, "");
    };
    let label = end + END.len();
    let close = block[label..].find("-----").map_or(block.len(), |at| label + at + 5);
    block.split_at(close)
}

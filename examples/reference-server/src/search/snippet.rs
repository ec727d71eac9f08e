//! The part of a text that a match shows.

/// The maximum length of a snippet, in characters.
const LENGTH: usize = 160;

/// Returns the sentence with most words of the query, or the first one if none has any.
pub(super) fn snippet(text: &str, query: &str) -> String {
    let query = query.to_lowercase();
    let words: Vec<_> = words(&query).collect();
    let sentences = text.split_inclusive(['.', '!', '?', '\n']).map(str::trim);
    let sentences = sentences.filter(|sentence| !sentence.is_empty());
    let count = |sentence: &str| {
        let sentence = sentence.to_lowercase();
        let found: Vec<_> = self::words(&sentence).collect();
        words.iter().filter(|word| found.contains(word)).count()
    };
    // Of equal ones `max_by_key` returns the last one.
    let best = sentences.rev().max_by_key(|sentence| count(sentence)).unwrap_or_default();
    match best.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &best[..end]),
        None => best.to_owned(),
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snippet_is_the_sentence_that_matches_best() {
        let text = "# Leave\n\nEveryone has 30 days. Ask your lead for LEAVE early!\nPrinters: B2";
        assert_eq!(snippet(text, "how early to ask for leave"), "Ask your lead for LEAVE early!");
        assert_eq!(snippet(text, "printers"), "Printers: B2");
        assert_eq!(snippet(text, "holidays"), "# Leave");
        assert_eq!(snippet("", "leave"), "");
        assert_eq!(snippet(&"ü".repeat(161), "leave"), "ü".repeat(160) + "…");
        assert_eq!(snippet(&"ü".repeat(160), ""), "ü".repeat(160));
    }
}

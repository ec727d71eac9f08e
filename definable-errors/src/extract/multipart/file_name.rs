//! Safe file names: turns the name that a client sent into one that no file system misinterprets.

use std::borrow::Cow;

/// Leaves space for what a service adds to the name: file systems accept 255 bytes.
const MAX_BYTES: usize = 200;

/// A longer extension is not kept when the name is cut.
const MAX_ENDING: usize = 16;

/// Returns the last component, without characters that are special to a shell, a browser or a file
/// system. Returns `None` if nothing is left.
pub(super) fn harmless(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last.chars().filter(|found| !is_hidden(*found)).map(legal).collect();
    let name = shortened(trimmed(&visible));
    match &*name {
        "" => None,
        device if is_device(device) => Some(format!("_{device}")),
        _ => Some(name.into_owned()),
    }
}

/// Removes what would hide the file or make it `.` or `..`, and trailing characters that Windows
/// drops.
fn trimmed(name: &str) -> &str {
    let is_trimmed = |found: char| found == '.' || found.is_whitespace();
    name.trim_matches(is_trimmed)
}

/// Whether `found` is a control character, changes the direction of text, or is invisible.
fn is_hidden(found: char) -> bool {
    found.is_control()
        || matches!(found, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}')
        || matches!(found, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Replaces characters that Windows gives a meaning to.
fn legal(found: char) -> char {
    match found {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        found => found,
    }
}

/// Whether Windows treats the name as a device, whatever its extension.
fn is_device(name: &str) -> bool {
    const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let is_named = |device: &&str| stem.eq_ignore_ascii_case(device);
    DEVICES.iter().any(is_named) || is_port(stem)
}

/// Whether the stem is one of `COM1` to `LPT9`, also with superscript digits.
fn is_port(stem: &str) -> bool {
    let mut letters = stem.chars().rev();
    let is_number = letters.next().is_some_and(|last| matches!(last, '0'..='9' | '¹' | '²' | '³'));
    let kind: String = letters.rev().collect();
    is_number && (kind.eq_ignore_ascii_case("COM") || kind.eq_ignore_ascii_case("LPT"))
}

/// Cuts a name to the limit and keeps its extension.
fn shortened(name: &str) -> Cow<'_, str> {
    if name.len() <= MAX_BYTES {
        return Cow::Borrowed(name);
    }
    let ending = name.rfind('.').map_or("", |at| &name[at..]);
    let ending = if ending.len() > MAX_ENDING { "" } else { ending };
    let mut end = MAX_BYTES - ending.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    Cow::Owned(format!("{}{ending}", trimmed(&name[..end])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_harmless_stays() {
        for name in ["a.txt", "Über uns.pdf", "a b.tar.gz", "文件.md", "COMMON.txt", "%2e%2e"] {
            assert_eq!(harmless(name).as_deref(), Some(name));
        }
    }

    #[test]
    fn what_leads_elsewhere_goes() {
        for (name, expected) in [
            ("../../etc/passwd", "passwd"),
            ("/etc/passwd", "passwd"),
            ("C:\\Windows\\win.ini", "win.ini"),
            ("c:evil.txt", "c_evil.txt"),
            ("a.txt::$DATA", "a.txt__$DATA"),
            (".htaccess", "htaccess"),
            ("...a", "a"),
            ("a.txt. . ", "a.txt"),
            ("a\0.txt\r\nX: y", "a.txtX_ y"),
            ("evil\u{202e}fdp.exe", "evilfdp.exe"),
            (" .\u{feff}. .b", "b"),
            ("NUL", "_NUL"),
            ("con.txt", "_con.txt"),
            ("lpt¹.md", "_lpt¹.md"),
            ("com0 .a", "_com0 .a"),
            ("<b>\"|?*", "_b_____"),
        ] {
            assert_eq!(harmless(name).as_deref(), Some(expected), "{name}");
        }
    }

    #[test]
    fn what_is_nothing_is_none() {
        for name in ["", ".", "..", "../", "a/", "\\", "\u{200b}", " \t.\n"] {
            assert_eq!(harmless(name), None, "{name}");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        let long = harmless(&format!("{}.pdf", "ü".repeat(500))).unwrap();
        assert!(long.len() <= 200 && long.ends_with("ü.pdf"), "{long}");
        let odd = harmless(&format!("a.{}", "x".repeat(500))).unwrap();
        assert_eq!(odd.len(), 200);
        assert_eq!(harmless(&".".repeat(500)), None);
    }
}

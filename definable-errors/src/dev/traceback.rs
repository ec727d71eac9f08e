//! From addresses to the frames that a developer wants to see.

use std::collections::HashMap;
use std::path::Path;

use super::frame::Frame;
use super::name;
use super::redact;
use super::roots::Roots;
use super::stack::Stack;
use super::symbols::{Symbol, Symbols};

/// How an error came to be; a panic has more machinery above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Birth {
    Returned,
    Panicked,
}

const MAX_FRAMES: usize = 64;
/// A longer line is code that nobody wrote; it is not shown.
const MAX_LINE: usize = 400;

/// The frames of a stack, innermost first.
pub(super) fn frames(
    stack: &Stack,
    birth: Birth,
    symbols: &mut Symbols,
    roots: &Roots,
) -> Vec<Frame> {
    let found: Vec<_> = stack.addresses.iter().map(|address| symbols.at(*address)).collect();
    let all: Vec<&Symbol> = found.iter().flat_map(|symbols| symbols.iter()).collect();
    let mut sources = Sources { roots, files: HashMap::new() };
    let own = |symbol: &Symbol| {
        let file = symbol.file.as_deref();
        !name::is_machinery(&symbol.name) && file.is_some_and(|file| roots.is_own(file))
    };
    let kept = without_birth(&all, birth).iter().take_while(|symbol| !is_start(symbol));
    let told = kept.map(|symbol| (*symbol, own(symbol))).filter(|(symbol, own)| {
        *own || !(name::is_machinery(&symbol.name) || name::is_passing_on(&symbol.name))
    });
    told.take(MAX_FRAMES).map(|(symbol, own)| sources.frame(symbol, own)).collect()
}

/// Without what stands between the code that failed and the capture.
fn without_birth<'a, 'b>(all: &'a [&'b Symbol], birth: Birth) -> &'a [&'b Symbol] {
    let is_hook = |symbol: &&Symbol| symbol.name.ends_with("rust_panic_with_hook");
    let hook = match birth {
        // A hook of the service's own may stand between.
        Birth::Panicked => all.iter().position(is_hook).map_or(0, |hook| hook + 1),
        Birth::Returned => 0,
    };
    let rest = &all[hook..];
    let first = rest.iter().position(|symbol| !name::is_birth(&symbol.name));
    &rest[first.unwrap_or(rest.len())..]
}

/// Below it, threads and programs are started.
fn is_start(symbol: &Symbol) -> bool {
    symbol.name.contains("__rust_begin_short_backtrace")
}

/// Source files, each read once for a traceback.
struct Sources<'a> {
    roots: &'a Roots,
    files: HashMap<&'a Path, Option<String>>,
}

impl<'a> Sources<'a> {
    fn frame(&mut self, symbol: &'a Symbol, own: bool) -> Frame {
        let file = symbol.file.as_deref();
        Frame {
            filename: file.map(|file| shown(file, self.roots)),
            lineno: symbol.line,
            name: redact::text(name::plain(&symbol.name)),
            line: file.zip(symbol.line).and_then(|(file, line)| self.line(file, line)),
            own,
        }
    }

    fn line(&mut self, file: &'a Path, line: u32) -> Option<String> {
        let text = self.files.entry(file).or_insert_with(|| self.roots.read(file)).as_ref()?;
        let line = text.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?)?;
        (line.len() <= MAX_LINE).then(|| redact::code(line.trim_end()))
    }
}

/// Relative to its root, else as it is.
pub(super) fn shown(file: &Path, roots: &Roots) -> String {
    let relative = roots.relative(file);
    relative.as_deref().unwrap_or(file).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(name: &str) -> Symbol {
        Symbol { name: name.to_owned(), file: None, line: None }
    }

    fn rest(names: &[&str], birth: Birth) -> Vec<String> {
        let symbols: Vec<_> = names.iter().map(|name| symbol(name)).collect();
        let all: Vec<_> = symbols.iter().collect();
        without_birth(&all, birth).iter().map(|symbol| symbol.name.clone()).collect()
    }

    #[test]
    fn frames_begin_where_the_error_was_made() {
        let returned = [
            "backtrace::backtrace::trace",
            "definable_errors::dev::stack::capture",
            "<T as core::convert::Into<U>>::into",
            "shop::pay::{{closure}}",
            "core::future::poll",
        ];
        assert_eq!(rest(&returned, Birth::Returned), returned[3..]);
        let panicked = [
            "definable_errors::layer::panic::note",
            "shop::main::{{closure}}",
            "std::panicking::rust_panic_with_hook",
            "rust_begin_unwind",
            "core::panicking::panic_fmt",
            "core::option::unwrap_failed",
            "shop::pay",
        ];
        assert_eq!(rest(&panicked, Birth::Panicked), panicked[6..]);
        assert_eq!(rest(&panicked[..1], Birth::Panicked), Vec::<String>::new());
    }

    #[test]
    fn real_addresses_become_real_frames() {
        let stack = super::super::stack::capture();
        let stack = stack.as_any().downcast_ref::<Stack>().unwrap();
        let mut symbols = Symbols::default();
        let here = "real_addresses_become_real_frames";
        let all = || stack.addresses.iter();
        let found = all().any(|at| symbols.at(*at).iter().any(|symbol| symbol.name.contains(here)));
        assert!(found);
    }
}

//! Resolution of return addresses with debug information.

use std::collections::HashMap;
use std::ffi::c_void;
use std::path::PathBuf;
use std::rc::Rc;

/// The meaning of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Symbol {
    pub(super) name: String,
    pub(super) file: Option<PathBuf>,
    pub(super) line: Option<u32>,
}

/// A cache of symbols, because the same errors come from the same places.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    known: HashMap<usize, Rc<[Symbol]>>,
}

/// Far more than the places where a service fails; beyond it the cache is cleared.
const MAX_KNOWN: usize = 8192;
/// The maximum length of a name; those of generic functions can be absurdly long.
const MAX_NAME: usize = 1024;

impl Symbols {
    /// Returns the functions at an address, innermost first: inlined ones share it.
    pub(super) fn at(&mut self, address: usize) -> Rc<[Symbol]> {
        if let Some(known) = self.known.get(&address) {
            return known.clone();
        }
        if self.known.len() >= MAX_KNOWN {
            self.known.clear();
        }
        let found: Rc<[Symbol]> = resolve(address).into();
        self.known.insert(address, found.clone());
        found
    }
}

fn resolve(address: usize) -> Vec<Symbol> {
    let mut symbols = Vec::new();
    backtrace::resolve(address as *mut c_void, |symbol| {
        if let Some(name) = symbol.name() {
            // The alternate form omits the hash.
            let name: String = format!("{name:#}").chars().take(MAX_NAME).collect();
            let file = symbol.filename().map(PathBuf::from);
            symbols.push(Symbol { name, file, line: symbol.lineno() });
        }
    });
    symbols
}

//! Captures the stack of return addresses, and resolves them with debug information.

use std::any::Any;
use std::backtrace::Backtrace;
use std::collections::HashMap;
use std::ffi::c_void;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use crate::error::{self, Trace};

/// The return addresses that were on the stack when an error was created, innermost first.
///
/// Walking the stack takes microseconds; the addresses are resolved later and elsewhere.
#[derive(Debug)]
pub(super) struct Stack {
    pub(super) addresses: Vec<usize>,
    /// For reporters, which a service may give backtraces in either mode.
    backtrace: Option<Backtrace>,
}

/// A stack may be deep: for an endless recursion the innermost frames are enough.
const MAX: usize = 256;

impl Trace for Stack {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn backtrace(&self) -> Option<&Backtrace> {
        self.backtrace.as_ref()
    }
}

pub(super) fn capture() -> Arc<dyn Trace> {
    Arc::new(Stack { backtrace: error::backtrace(), ..capture_here() })
}

pub(super) fn capture_here() -> Stack {
    let mut addresses = Vec::with_capacity(64);
    backtrace::trace(|frame| {
        addresses.push(frame.ip() as usize);
        addresses.len() < MAX
    });
    Stack { addresses, backtrace: None }
}

/// The meaning of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Symbol {
    pub(super) name: String,
    pub(super) file: Option<PathBuf>,
    pub(super) line: Option<u32>,
    pub(super) column: Option<u32>,
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
            let (line, column) = (symbol.lineno(), symbol.colno());
            symbols.push(Symbol { name, file, line, column });
        }
    });
    symbols
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deep(levels: usize) -> Arc<dyn Trace> {
        match levels {
            0 => capture(),
            _ => std::hint::black_box(deep(levels - 1)),
        }
    }

    #[test]
    fn a_deep_stack_is_cut() {
        let stack = deep(2 * MAX);
        let stack = stack.as_any().downcast_ref::<Stack>().unwrap();
        assert_eq!(stack.addresses.len(), MAX);
    }
}

//! Captures the stack of return addresses.

use std::any::Any;
use std::sync::Arc;

use crate::error::Trace;

/// The return addresses that were on the stack when an error was created, innermost first.
///
/// Walking the stack takes microseconds; the addresses are resolved later and elsewhere.
#[derive(Debug)]
pub(super) struct Stack {
    pub(super) addresses: Vec<usize>,
}

/// A stack may be deep: for an endless recursion the innermost frames are enough.
const MAX: usize = 256;

impl Trace for Stack {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

pub(super) fn capture() -> Arc<dyn Trace> {
    Arc::new(capture_here())
}

pub(super) fn capture_here() -> Stack {
    let mut addresses = Vec::with_capacity(64);
    backtrace::trace(|frame| {
        addresses.push(frame.ip() as usize);
        addresses.len() < MAX
    });
    Stack { addresses }
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

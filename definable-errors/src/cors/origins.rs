//! Whose pages they are, as types: what must not be combined cannot be written.

/// The origins that were named; with credentials if you say so.
#[derive(Debug, Clone, Copy)]
pub struct Named(());

/// The origins that are known, with credentials.
#[derive(Debug, Clone, Copy)]
pub struct Credentialed(());

/// Any page can be one of these, so none gets credentials.
#[derive(Debug, Clone, Copy)]
pub struct Anybody(());

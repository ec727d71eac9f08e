//! The page of development mode, and the same content as Markdown and plain text.

mod curl;
mod highlight;
mod html;
mod markdown;
mod settings;
mod text;

pub(super) use self::settings::{Page, PageSettings};

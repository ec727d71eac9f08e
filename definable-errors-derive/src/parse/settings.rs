//! Reads the values of the attributes of a variant, such as that of `status = 404`.

use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, LitBool, LitInt, LitStr};

use super::attr::{Entry, VARIANT, member_name};
use super::template;
use crate::mistakes::Mistakes;
use crate::model::{Header, RetryAfter, Settings, Status, Template, Written};

/// Reads the entries of a variant, and returns whether one of them could not be read.
pub(super) fn read(entries: &[Entry], mistakes: &mut Mistakes) -> (Settings, bool) {
    let mut settings = Settings::default();
    let mut is_broken = false;
    for entry in entries {
        let (value, span) = (entry.name(), entry.span());
        settings.names.push(Written { value, span });
        let read = set(&mut settings, entry);
        is_broken |= mistakes.keep(read).is_none();
    }
    (settings, is_broken)
}

fn set(settings: &mut Settings, entry: &Entry) -> syn::Result<()> {
    match &*entry.name() {
        "status" => settings.status = Some(entry.value(STATUS, status)?),
        "code" => settings.code = Some(entry.text()?),
        "title" => settings.title = Some(entry.text()?),
        "detail" => settings.detail = Some(detail(entry)?),
        "transparent" => settings.transparent = Some(entry.flag()?),
        "retry_after" => settings.retry_after = Some(entry.value(WAIT, retry_after)?),
        "retryable" => settings.retryable = Some(retryable(entry)?),
        "header" => settings.headers.push(header(entry)?),
        "challenge" => settings.challenge = Some(entry.text()?),
        "level" => settings.level = Some(entry.text()?),
        "docs" => settings.docs = Some(entry.text()?),
        "hint" => settings.hint = Some(entry.text()?),
        "uri" => settings.uri = Some(entry.text()?),
        "decode" => settings.not_decoded = Some(not_decoded(entry)?),
        _ => return Err(entry.unknown(VARIANT)),
    }
    Ok(())
}

const STATUS: &str = "a number such as `404`, or a constant such as `NOT_FOUND`";
const WAIT: &str = "whole seconds, or the name of a `Duration` field";

fn status(input: ParseStream<'_>) -> syn::Result<Status> {
    if input.peek(LitInt) {
        let number: LitInt = input.parse()?;
        return number.base10_parse().map(Status::Number);
    }
    let name: Ident = input.parse()?;
    Ok(Status::Name(name.to_string()))
}

fn retry_after(input: ParseStream<'_>) -> syn::Result<RetryAfter> {
    if input.peek(LitInt) {
        let seconds: LitInt = input.parse()?;
        return seconds.base10_parse().map(RetryAfter::Seconds);
    }
    let field: syn::Member = input.parse()?;
    Ok(RetryAfter::Field(member_name(&field).value))
}

fn retryable(entry: &Entry) -> syn::Result<bool> {
    if entry.is_bare() {
        return Ok(true);
    }
    let said = entry.value("`true` or `false`", LitBool::parse)?;
    Ok(said.value.value)
}

/// Reads `decode = false`.
fn not_decoded(entry: &Entry) -> syn::Result<Span> {
    match entry.value("`false`", LitBool::parse) {
        Ok(written) if !written.value.value => Ok(entry.span()),
        _ => Err(Error::new(
            entry.span(),
            "expected `decode = false`; `decode` alone belongs on the type, and includes all variants",
        )),
    }
}

fn detail(entry: &Entry) -> syn::Result<Written<Template>> {
    let text = entry.value("a text in quotes", <LitStr as Parse>::parse)?;
    let literal = text.value;
    match template::cut(&literal.value()) {
        Some(value) => Ok(Written { value, span: literal.span() }),
        None => Err(Error::new(
            literal.span(),
            "expected a closed placeholder, such as `{id}`, or doubled braces for a brace",
        )),
    }
}

fn header(entry: &Entry) -> syn::Result<Header> {
    let (name, field) = entry.pair()?;
    Ok(Header { name, field })
}

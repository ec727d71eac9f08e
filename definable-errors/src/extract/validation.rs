//! Validation of one input: its value if it deserializes and satisfies its rules, else an error with
//! everything that is wrong.

use axum::extract::OptionalFromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::input::{Input, PartsInput};
use super::rules::{Rules, ViolationList};
use super::source::{Source, invalid_with, is_large, read_large, unreadable};
use crate::diagnosis::{Diagnosis, RootNames, diagnose};
use crate::error::ApiError;

/// Reads an input from the head of a request and checks its rules.
pub(super) async fn valid_from_parts<E, S, C>(
    parts: &mut Parts,
    state: &S,
    context: C,
) -> Result<E, ApiError>
where
    E: PartsInput<S> + Send,
    E::Value: Rules<C>,
    C: Copy + Send,
{
    let read = E::read(parts, state).await?.map(E::from_value);
    in_parts(check(read, context), parts, context).await
}

/// Does the same as [`valid_from_parts`], but returns `None` if the client sent nothing.
pub(super) async fn valid_from_optional_parts<E, S, C>(
    parts: &mut Parts,
    state: &S,
    context: C,
) -> Result<Option<E>, ApiError>
where
    E: PartsInput<S> + OptionalFromRequestParts<S, Rejection = ApiError> + Send,
    E::Value: Rules<C>,
    C: Copy + Send,
{
    let checked = match E::from_request_parts(parts, state).await {
        Ok(None) => return Ok(None),
        Ok(Some(input)) => check(Some(input), context),
        // This error reports no broken rules.
        Err(_) => check(E::read(parts, state).await?.map(E::from_value), context),
    };
    in_parts(checked, parts, context).await.map(Some)
}

/// Returns the checked input, or the error with everything that is wrong.
async fn in_parts<E, S, C>(
    checked: Result<E, Option<ViolationList>>,
    parts: &mut Parts,
    context: C,
) -> Result<E, ApiError>
where
    E: PartsInput<S> + Send,
    E::Value: Rules<C>,
    C: Copy + Send,
{
    let known = match checked {
        Ok(input) => return Ok(input),
        Err(known) => known,
    };
    find_mistakes::<E::Value, C>(&E::source(parts).await?, known, context).map(E::from_value)
}

/// Reads an input from the text of a body and checks its rules.
pub(super) fn valid_from_source<E, C>(source: &Source, context: C) -> Result<E, ApiError>
where
    E: Input,
    E::Value: Rules<C>,
    C: Copy,
{
    check(source.read().map(E::from_value), context)
        .or_else(|known| find_mistakes::<E::Value, C>(source, known, context).map(E::from_value))
}

/// Returns the input if it satisfies its rules, else the rules that it breaks, as far as it could
/// be read.
fn check<E, C>(input: Option<E>, context: C) -> Result<E, Option<ViolationList>>
where
    E: Input,
    E::Value: Rules<C>,
    C: Copy,
{
    let Some(input) = input else {
        return Err(None);
    };
    let list = ViolationList::of(input.value(), context);
    if list.is_empty() { Ok(input) } else { Err(Some(list)) }
}

/// Finds what is wrong: everything, or the first mistake of a large input. Returns the value if its
/// texts only had to be read in another way.
fn find_mistakes<T, C>(
    source: &Source,
    known: Option<ViolationList>,
    context: C,
) -> Result<T, ApiError>
where
    T: DeserializeOwned + Rules<C>,
    C: Copy,
{
    match known {
        Some(list) => Err(broken_rules::<T>(source, list)),
        None if is_large(source) => read_and_check(source, context),
        None => diagnose_and_check(source, context),
    }
}

/// Reads a large input whose texts only have to be read in another way, and checks its rules.
fn read_and_check<T, C>(source: &Source, context: C) -> Result<T, ApiError>
where
    T: DeserializeOwned + Rules<C>,
    C: Copy,
{
    let value = read_large(source)?;
    let list = ViolationList::of(&value, context);
    if list.is_empty() { Ok(value) } else { Err(broken_rules::<T>(source, list)) }
}

/// Makes the error of a value that breaks rules, with the client's names for its places.
pub(super) fn broken_rules<T: DeserializeOwned>(source: &Source, list: ViolationList) -> ApiError {
    let at_root = match RootNames::of::<T>(source.origin()) {
        Some(names) => list.at_root(names),
        None => Err(list),
    };
    match at_root {
        Ok(violations) => invalid_with(violations, false),
        Err(list) if is_large(source) => list.first_located(source),
        Err(list) => diagnosed(source, |diagnosis: Diagnosis<'_, T>| {
            let mut broken = list.located(&diagnosis);
            broken.sort_by_key(|(order, _)| *order);
            invalid_with(broken.into_iter().map(|(_, violation)| violation), diagnosis.is_cut)
        }),
    }
}

/// Finds the mistakes of type, and the rules that the rest of the value breaks.
fn diagnose_and_check<T, C>(source: &Source, context: C) -> Result<T, ApiError>
where
    T: DeserializeOwned + Rules<C>,
    C: Copy,
{
    let tree = source.tree()?;
    let mut diagnosis = diagnose::<T>(&tree, source.budget());
    if diagnosis.is_unreadable {
        return Err(unreadable::<T>(source.origin()));
    }
    let list = diagnosis.value.as_ref().map(|value| ViolationList::of(value, context));
    let broken = list.map(|list| list.located(&diagnosis)).unwrap_or_default();
    if broken.is_empty() && source.has_texts() {
        if let Some(value) = diagnosis.take_valid() {
            return Ok(value);
        }
    }
    let is_cut = diagnosis.is_cut;
    Err(invalid_with(diagnosis.together(broken), is_cut))
}

/// Makes an error of the diagnosis, unless the input is malformed.
fn diagnosed<T: DeserializeOwned>(
    source: &Source,
    error: impl FnOnce(Diagnosis<'_, T>) -> ApiError,
) -> ApiError {
    match source.tree() {
        Ok(tree) => error(diagnose(&tree, source.budget())),
        Err(malformed) => malformed,
    }
}

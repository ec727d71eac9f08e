//! Rules that `validator` derives. Its errors carry the submitted value, and `must_match` the other
//! one too: neither gets any further than this file.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;
use validator::{ValidateArgs, ValidationError, ValidationErrors, ValidationErrorsKind};

use super::bounds::Bounds;
use super::length::{Counted, Length};
use super::path::RuleStep;
use super::rule::Rule;
use super::{BrokenRules, Rules};
use crate::problem::Params;

/// Written into the rule by its author, whatever the value is.
const BOUNDS: [&str; 4] = ["min", "max", "exclusive_min", "exclusive_max"];

/// What was submitted, and what was submitted elsewhere.
const SUBMITTED: [&str; 2] = ["value", "other"];

type Given = HashMap<Cow<'static, str>, Value>;

impl<T: validator::Validate> Rules for T {
    fn check(&self, (): (), broken: &mut BrokenRules<'_>) {
        if let Err(errors) = self.validate() {
            tell(errors, broken);
        }
    }
}

impl<'c, T, C> Rules<&'c C> for T
where
    T: ValidateArgs<'c, Args = &'c C>,
{
    fn check(&self, context: &'c C, broken: &mut BrokenRules<'_>) {
        if let Err(errors) = self.validate_with_args(context) {
            tell(errors, broken);
        }
    }
}

/// By name, because a hash map has no order; rules of the whole value come first.
fn tell(errors: ValidationErrors, broken: &mut BrokenRules<'_>) {
    let mut fields: Vec<_> = errors.0.into_iter().collect();
    fields.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    for (name, kind) in fields {
        match is_placeholder(&name) {
            true => tell_kind(kind, broken),
            false => tell_kind(kind, &mut broken.below(RuleStep::Field(name))),
        }
    }
}

/// Names that validator makes up for what has none.
fn is_placeholder(name: &str) -> bool {
    matches!(name, "__all__" | "_tmp_validator")
}

fn tell_kind(kind: ValidationErrorsKind, broken: &mut BrokenRules<'_>) {
    match kind {
        ValidationErrorsKind::Struct(errors) => tell(*errors, broken),
        ValidationErrorsKind::List(items) => {
            for (index, errors) in items {
                tell(*errors, &mut broken.index(index));
            }
        }
        ValidationErrorsKind::Field(errors) => {
            for error in errors {
                broken.tell(rule(error));
            }
        }
    }
}

fn rule(error: ValidationError) -> Rule {
    let ValidationError { code, message, params } = error;
    let mut rule = match built_in(&code, &params) {
        Some(rule) => rule,
        None => {
            let reads_siblings = params.contains_key("other");
            Rule { reads_siblings, params: harmless(params), ..Rule::new(code, "is not valid") }
        }
    };
    if let Some(message) = message {
        rule.detail = message;
    }
    rule
}

fn built_in(code: &str, params: &Given) -> Option<Rule> {
    Some(match code {
        "range" => Rule::range(Bounds { params: bounds(params) }),
        "length" => Rule::length(length(params)),
        "required" => Rule::required(),
        "email" => Rule::email(),
        "url" => Rule::url(),
        "regex" => Rule::pattern(),
        "ip" => Rule::new("ip", "must be an IP address"),
        "credit_card" => Rule::new("credit_card", "must be a credit card number"),
        "non_control_character" => {
            Rule::new("non_control_character", "must not contain control characters")
        }
        "must_match" => Rule::matching("must_match"),
        "contains" => needle(Rule::new("contains", "must contain"), params),
        "does_not_contain" => needle(Rule::new("does_not_contain", "must not contain"), params),
        _ => return None,
    })
}

fn bounds(given: &Given) -> Params {
    let mut params = Params::EMPTY;
    for name in BOUNDS {
        if let Some(bound) = given.get(name) {
            params.insert(name, bound.clone());
        }
    }
    params
}

fn length(params: &Given) -> Length {
    let param = |name| params.get(name).and_then(Value::as_u64);
    let of = match params.get("value") {
        Some(Value::String(_)) => Counted::Characters,
        Some(Value::Array(_) | Value::Object(_)) => Counted::Items,
        _ => Counted::Something,
    };
    let min = param("min").filter(|min| *min > 0);
    Length { min, max: param("max"), equal: param("equal"), of }
}

fn needle(rule: Rule, params: &Given) -> Rule {
    match params.get("needle") {
        Some(needle) => {
            let detail = format!("{} {needle}", rule.detail);
            Rule { detail: detail.into(), ..rule }.with_param("needle", needle.clone())
        }
        None => Rule { detail: "is not valid".into(), ..rule },
    }
}

/// What the author of a rule says about it, without what was submitted.
fn harmless(given: Given) -> Params {
    let submitted = given.get("value").cloned();
    let repeats = |param: &Value| submitted.as_ref().is_some_and(|value| shares(value, param));
    let mut harmless: Vec<_> = given
        .into_iter()
        .filter(|(name, param)| {
            BOUNDS.contains(&&**name) || !(SUBMITTED.contains(&&**name) || repeats(param))
        })
        .collect();
    harmless.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    let mut params = Params::EMPTY;
    for (name, param) in harmless {
        params.insert(name, param);
    }
    params
}

/// Whether a part of the one is a part of the other.
fn shares(value: &Value, param: &Value) -> bool {
    match (value, param) {
        (Value::Array(parts), _) => parts.iter().any(|part| shares(part, param)),
        (Value::Object(parts), _) => parts.values().any(|part| shares(part, param)),
        (_, Value::Array(parts)) => parts.iter().any(|part| shares(value, part)),
        (_, Value::Object(parts)) => parts.values().any(|part| shares(value, part)),
        (Value::String(value), Value::String(param)) => {
            !value.is_empty() && param.contains(value.as_str())
        }
        (Value::Number(_), Value::Number(_)) => value == param,
        _ => false,
    }
}

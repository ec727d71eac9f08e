//! Rules that `validator` derives. Its errors contain the submitted value, and those of
//! `must_match` also the other one: neither leaves this file.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;
use validator::{ValidateArgs, ValidationError, ValidationErrors, ValidationErrorsKind};

use super::rule::{Bounds, Counted, Length, Rule};
use super::violation_builder::RuleStep;
use super::{Rules, Violations};
use crate::problem::Params;

/// The params that the author of a rule wrote, independent of the value.
const BOUNDS: [&str; 4] = ["min", "max", "exclusive_min", "exclusive_max"];

/// The params that contain submitted values: the one that was checked, and another one.
const SUBMITTED: [&str; 2] = ["value", "other"];

type Given = HashMap<Cow<'static, str>, Value>;

impl<T: validator::Validate> Rules for T {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        if let Err(errors) = self.validate() {
            tell(errors, violations);
        }
    }
}

impl<'c, T, C> Rules<&'c C> for T
where
    T: ValidateArgs<'c, Args = &'c C>,
{
    fn check(&self, context: &'c C, violations: &mut Violations<'_, &'c C>) {
        if let Err(errors) = self.validate_with_args(context) {
            tell(errors, &mut violations.with_context(()));
        }
    }
}

/// Reports the errors sorted by name, because a hash map has no order; rules of the whole value
/// come first.
fn tell(errors: ValidationErrors, violations: &mut Violations<'_>) {
    let mut fields: Vec<_> = errors.0.into_iter().collect();
    fields.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    for (name, kind) in fields {
        if is_placeholder(&name) {
            tell_kind(kind, violations);
        } else {
            tell_kind(kind, &mut violations.below(RuleStep::Field(name)));
        }
    }
}

/// Whether validator made up the name for something that has none.
fn is_placeholder(name: &str) -> bool {
    matches!(name, "__all__" | "_tmp_validator")
}

fn tell_kind(kind: ValidationErrorsKind, violations: &mut Violations<'_>) {
    match kind {
        ValidationErrorsKind::Struct(errors) => tell(*errors, violations),
        ValidationErrorsKind::List(items) => {
            for (index, errors) in items {
                tell(*errors, &mut violations.at_index(index));
            }
        }
        ValidationErrorsKind::Field(errors) => {
            for error in errors {
                violations.push(rule(error));
            }
        }
    }
}

fn rule(error: ValidationError) -> Rule {
    let ValidationError { code, message, params } = error;
    let mut rule = match Known::of(&params).rule(&code) {
        Some(rule) => rule,
        None => {
            let depends_on_siblings = params.contains_key("other");
            Rule {
                depends_on_siblings,
                params: harmless(params),
                ..Rule::new(code, "is not valid")
            }
        }
    };
    if let Some(message) = message {
        rule.detail = message;
    }
    rule
}

/// The params of validator's own rules. All are read in one pass, which costs less than one look-up
/// after the other.
#[derive(Default)]
struct Known<'g> {
    /// In the order of [`BOUNDS`].
    bounds: [Option<&'g Value>; BOUNDS.len()],
    equal: Option<&'g Value>,
    needle: Option<&'g Value>,
    value: Option<&'g Value>,
}

impl<'g> Known<'g> {
    fn of(given: &'g Given) -> Self {
        let mut known = Self::default();
        let [min, max, exclusive_min, exclusive_max] = &mut known.bounds;
        for (name, value) in given {
            let param = match &**name {
                "value" => &mut known.value,
                "min" => &mut *min,
                "max" => &mut *max,
                "exclusive_min" => &mut *exclusive_min,
                "exclusive_max" => &mut *exclusive_max,
                "equal" => &mut known.equal,
                "needle" => &mut known.needle,
                _ => continue,
            };
            *param = Some(value);
        }
        known
    }

    fn rule(&self, code: &str) -> Option<Rule> {
        Some(match code {
            "range" => Rule::range(self.bounds()),
            "length" => Rule::length(self.length()),
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
            "contains" => self.needle(Rule::new("contains", "must contain")),
            "does_not_contain" => self.needle(Rule::new("does_not_contain", "must not contain")),
            _ => return None,
        })
    }

    fn bounds(&self) -> Bounds {
        let mut params = Params::EMPTY;
        for (name, bound) in BOUNDS.iter().zip(self.bounds) {
            if let Some(bound) = bound {
                params.insert(*name, bound.clone());
            }
        }
        Bounds { params }
    }

    fn length(&self) -> Length {
        let count = |value: Option<&Value>| value.and_then(Value::as_u64);
        let [min, max, ..] = self.bounds.map(count);
        let of = match self.value {
            Some(Value::String(_)) => Counted::Characters,
            Some(Value::Array(_) | Value::Object(_)) => Counted::Items,
            _ => Counted::Something,
        };
        Length { min: min.filter(|min| *min > 0), max, equal: count(self.equal), of }
    }

    fn needle(&self, rule: Rule) -> Rule {
        match self.needle {
            Some(needle) => {
                let detail = format!("{} {needle}", rule.detail);
                Rule { detail: detail.into(), ..rule }.with_param("needle", needle.clone())
            }
            None => Rule { detail: "is not valid".into(), ..rule },
        }
    }
}

/// Returns the params that the author of a rule added, without what was submitted.
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

/// Whether a part of `value` is a part of `param`.
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

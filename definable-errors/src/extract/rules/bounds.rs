use std::ops::{Bound, RangeBounds};

use serde_json::{Map, Value};

/// Between what a number must lie, as params.
pub(in crate::extract) struct Bounds {
    pub(in crate::extract) params: Map<String, Value>,
}

impl Bounds {
    pub(in crate::extract) fn of<N: Clone + Into<Value>>(range: &impl RangeBounds<N>) -> Self {
        let mut params = Map::new();
        match range.start_bound() {
            Bound::Included(min) => drop(params.insert("min".into(), min.clone().into())),
            Bound::Excluded(min) => drop(params.insert("exclusive_min".into(), min.clone().into())),
            Bound::Unbounded => {}
        }
        match range.end_bound() {
            Bound::Included(max) => drop(params.insert("max".into(), max.clone().into())),
            Bound::Excluded(max) => drop(params.insert("exclusive_max".into(), max.clone().into())),
            Bound::Unbounded => {}
        }
        Self { params }
    }

    /// What must hold, for people.
    pub(in crate::extract) fn detail(&self) -> String {
        let param = |name| self.params.get(name);
        if let (Some(min), Some(max)) = (param("min"), param("max")) {
            return format!("must be between {min} and {max}");
        }
        let lower = param("min").map(|min| format!("at least {min}"));
        let lower =
            lower.or_else(|| param("exclusive_min").map(|min| format!("greater than {min}")));
        let upper = param("max").map(|max| format!("at most {max}"));
        let upper = upper.or_else(|| param("exclusive_max").map(|max| format!("less than {max}")));
        match (lower, upper) {
            (Some(lower), Some(upper)) => format!("must be {lower} and {upper}"),
            (Some(one), None) | (None, Some(one)) => format!("must be {one}"),
            (None, None) => String::from("is out of range"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_in_the_detail_is_a_param() {
        let told = |bounds: Bounds| format!("{} {}", bounds.detail(), Value::from(bounds.params));
        let cases = [
            (told(Bounds::of(&(1..=10))), r#"must be between 1 and 10 {"max":10,"min":1}"#),
            (told(Bounds::of(&(1..))), r#"must be at least 1 {"min":1}"#),
            (told(Bounds::of(&(..=1.5))), r#"must be at most 1.5 {"max":1.5}"#),
            (told(Bounds::of(&(..10))), r#"must be less than 10 {"exclusive_max":10}"#),
            (
                told(Bounds::of(&(-5..10))),
                r#"must be at least -5 and less than 10 {"exclusive_max":10,"min":-5}"#,
            ),
            (
                told(Bounds::of(&(Bound::Excluded(0), Bound::Unbounded))),
                r#"must be greater than 0 {"exclusive_min":0}"#,
            ),
            (told(Bounds::of::<u8>(&(..))), "is out of range {}"),
        ];
        for (told, expected) in cases {
            assert_eq!(told, expected);
        }
    }
}

use super::path::RuleStep;
use super::{Rule, Rules, ViolationBuilder, ViolationList, Violations};

struct Item {
    qty: u8,
}

impl Rules for Item {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        if self.qty == 0 {
            violations.field("qty").range(1..);
        }
    }
}

impl Rules<&u8> for Item {
    fn check(&self, most: &u8, violations: &mut Violations<'_>) {
        if self.qty > *most {
            violations.field("qty").range(..=*most);
        }
    }
}

/// Formats each broken rule on a line: its place in Rust, and what clients read.
pub(super) fn told(list: ViolationList) -> Vec<String> {
    let line = |broken: ViolationBuilder| {
        let path = broken.path.iter().map(|step| match step {
            RuleStep::Field(name) => format!(".{name}"),
            RuleStep::Index(index) => format!("[{index}]"),
            RuleStep::Key(key) => format!("[{key:?}]"),
        });
        let (path, Rule { code, detail, params, .. }) = (path.collect::<String>(), broken.rule);
        format!("{path} {code}: {detail} {}", serde_json::to_string(&params).unwrap())
    };
    list.into_iter().map(line).collect()
}

fn telling(tell: impl FnOnce(&mut Violations<'_>)) -> Vec<String> {
    let mut list = ViolationList::default();
    tell(&mut list.violations());
    told(list)
}

#[test]
fn rules_stand_where_they_are_broken() {
    let told = telling(|violations| {
        let items = [Item { qty: 0 }, Item { qty: 1 }, Item { qty: 2 }];
        violations.field("items").check_each(&items);
        violations.field("items").check_each_with(&items, &1);
        violations.field("by_name").key("a/b").field("tags").index(3).duplicate();
        violations.field("email").required().param("a", 1).detail("gone");
        violations.one_of(["de", "en"]);
    });
    assert_eq!(
        told,
        [
            r#".items[0].qty range: must be at least 1 {"min":1}"#,
            r#".items[2].qty range: must be at most 1 {"max":1}"#,
            r#".by_name["a/b"].tags[3] duplicate: must be unique {}"#,
            r#".email required: gone {"a":1}"#,
            r#" one_of: must be one of "de", "en" {"expected":["de","en"]}"#,
        ]
    );
}

#[test]
fn what_is_told_is_bounded() {
    let told = telling(|violations| {
        for index in 0..5_000 {
            violations.index(index).required();
        }
    });
    assert_eq!(told.len(), 1_001);
    assert_eq!(
        (&*told[999], &*told[1_000]),
        ("[999] required: is required {}", "[4999] required: is required {}")
    );
}

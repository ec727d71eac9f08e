use super::path::RuleStep;
use super::{BrokenRule, BrokenRules, Findings, Rule, Rules};

struct Item {
    qty: u8,
}

impl Rules for Item {
    fn check(&self, (): (), broken: &mut BrokenRules<'_>) {
        if self.qty == 0 {
            broken.field("qty").range(1..);
        }
    }
}

impl Rules<&u8> for Item {
    fn check(&self, most: &u8, broken: &mut BrokenRules<'_>) {
        if self.qty > *most {
            broken.field("qty").range(..=*most);
        }
    }
}

/// Formats each broken rule on a line: its place in Rust, and what clients read.
pub(super) fn told(findings: Findings) -> Vec<String> {
    let line = |broken: BrokenRule| {
        let path = broken.path.iter().map(|step| match step {
            RuleStep::Field(name) => format!(".{name}"),
            RuleStep::Index(index) => format!("[{index}]"),
            RuleStep::Key(key) => format!("[{key:?}]"),
        });
        let (path, Rule { code, detail, params, .. }) = (path.collect::<String>(), broken.rule);
        format!("{path} {code}: {detail} {}", serde_json::to_string(&params).unwrap())
    };
    findings.into_iter().map(line).collect()
}

fn telling(tell: impl FnOnce(&mut BrokenRules<'_>)) -> Vec<String> {
    let mut findings = Findings::default();
    tell(&mut findings.broken());
    told(findings)
}

#[test]
fn rules_stand_where_they_are_broken() {
    let told = telling(|broken| {
        let items = [Item { qty: 0 }, Item { qty: 1 }, Item { qty: 2 }];
        broken.field("items").check_each(&items);
        broken.field("items").check_each_with(&items, &1);
        broken.field("by_name").key("a/b").field("tags").index(3).duplicate();
        broken.field("email").required().param("a", 1).detail("gone");
        broken.one_of(["de", "en"]);
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
    let told = telling(|broken| {
        for index in 0..5_000 {
            broken.index(index).required();
        }
    });
    assert_eq!(told.len(), 1_001);
    assert_eq!(
        (&*told[999], &*told[1_000]),
        ("[999] required: is required {}", "[4999] required: is required {}")
    );
}

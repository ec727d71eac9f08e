//! Requirements as values, which are checked and described.

use std::fmt;

use super::Permission;
use crate::problem::{INSUFFICIENT_PERMISSIONS, INSUFFICIENT_ROLE, ProblemType};

/// The rule that a request has to meet. [`Requirement`](super::Requirement) is its form as a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// A grant that covers this permission.
    Permission(Permission),
    /// A role of this level, or a higher one.
    Level(u16),
    /// All of these; no caller meets an empty list.
    All(&'static [Rule]),
    /// At least one of these.
    Any(&'static [Rule]),
}

impl Rule {
    /// Returns the problem types of a rule that is not met: of a permission, of a level, or of
    /// both.
    pub(super) const fn problem_types(self) -> &'static [&'static ProblemType] {
        const BOTH: &[&ProblemType] = &[&INSUFFICIENT_PERMISSIONS, &INSUFFICIENT_ROLE];
        let (permission, level) = BOTH.split_at(1);
        match (self.has_permission(), self.has_level()) {
            (true, true) => BOTH,
            (true, false) => permission,
            (false, true) => level,
            (false, false) => &[],
        }
    }

    /// Returns the sets of permissions, any one of which meets the rule but for its levels.
    pub(super) fn permission_sets(self) -> Vec<Vec<&'static str>> {
        match self {
            Self::Permission(permission) => vec![vec![permission.name()]],
            Self::Level(_) => vec![Vec::new()],
            Self::All(rules) => rules.iter().fold(vec![Vec::new()], |sets, rule| {
                let more = rule.permission_sets();
                let with_more = |set: Vec<&'static str>| {
                    more.iter().map(move |more| [&set[..], &more[..]].concat()).collect::<Vec<_>>()
                };
                sets.into_iter().flat_map(with_more).collect()
            }),
            Self::Any(rules) => rules.iter().flat_map(|rule| rule.permission_sets()).collect(),
        }
    }

    const fn has_permission(self) -> bool {
        match self {
            Self::Permission(_) => true,
            Self::Level(_) => false,
            Self::All(rules) | Self::Any(rules) => {
                let mut at = 0;
                while at < rules.len() {
                    if rules[at].has_permission() {
                        return true;
                    }
                    at += 1;
                }
                false
            }
        }
    }

    const fn has_level(self) -> bool {
        match self {
            Self::Permission(_) => false,
            Self::Level(_) => true,
            Self::All(rules) | Self::Any(rules) => {
                let mut at = 0;
                while at < rules.len() {
                    if rules[at].has_level() {
                        return true;
                    }
                    at += 1;
                }
                false
            }
        }
    }

    /// Returns the required permissions for the client. A level is not disclosed.
    pub(super) fn required(self) -> String {
        Words { rule: self, levels: Levels::Silent, place: Place::Alone }.to_string()
    }
}

/// Formats the rule as `kb:read and (kb:write or level 80)`.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Words { rule: *self, levels: Levels::Shown, place: Place::Alone }.fmt(f)
    }
}

#[derive(Clone, Copy)]
struct Words {
    rule: Rule,
    levels: Levels,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Levels {
    Shown,
    Silent,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Alone,
    AmongOthers,
}

impl Words {
    fn list(self, f: &mut fmt::Formatter<'_>, rules: &[Rule], word: &str) -> fmt::Result {
        let is_shown = |rule: &&Rule| self.levels == Levels::Shown || rule.has_permission();
        let reported: Vec<_> = rules.iter().filter(is_shown).collect();
        let place = match reported.len() {
            0 | 1 => self.place,
            _ => Place::AmongOthers,
        };
        let has_parentheses = self.place == Place::AmongOthers && reported.len() > 1;
        f.write_str(if has_parentheses { "(" } else { "" })?;
        for (at, rule) in reported.into_iter().enumerate() {
            f.write_str(if at == 0 { "" } else { word })?;
            write!(f, "{}", Self { rule: *rule, place, ..self })?;
        }
        f.write_str(if has_parentheses { ")" } else { "" })
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rule {
            Rule::Permission(permission) => permission.fmt(f),
            Rule::Level(level) if self.levels == Levels::Shown => write!(f, "level {level}"),
            Rule::Level(_) => Ok(()),
            Rule::All(rules) => self.list(f, rules, " and "),
            Rule::Any(rules) => self.list(f, rules, " or "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Rule = Rule::Permission(Permission::new("kb:read"));
    const WRITE: Rule = Rule::Permission(Permission::new("kb:write"));
    const ADMIN: Rule = Rule::Level(80);

    #[test]
    fn a_rule_reads_like_a_sentence() {
        const NESTED: Rule = Rule::All(&[READ, Rule::Any(&[WRITE, ADMIN])]);
        assert_eq!(NESTED.to_string(), "kb:read and (kb:write or level 80)");
        assert_eq!(Rule::All(&[Rule::Any(&[READ])]).to_string(), "kb:read");
    }

    #[test]
    fn clients_hear_of_permissions_only() {
        const NESTED: Rule = Rule::All(&[READ, Rule::Any(&[WRITE, ADMIN])]);
        const LEVELS: Rule = Rule::Any(&[ADMIN, Rule::All(&[READ, WRITE])]);
        assert_eq!(NESTED.required(), "kb:read and kb:write");
        assert_eq!(LEVELS.required(), "kb:read and kb:write");
        assert_eq!(ADMIN.required(), "");
    }

    #[test]
    fn rule_has_a_set_of_permissions_for_each_way_to_meet_it() {
        const NESTED: Rule = Rule::All(&[READ, Rule::Any(&[WRITE, ADMIN])]);
        assert_eq!(NESTED.permission_sets(), [vec!["kb:read", "kb:write"], vec!["kb:read"]]);
        assert_eq!(ADMIN.permission_sets(), [Vec::<&str>::new()]);
    }

    #[test]
    fn a_rule_knows_its_problems() {
        let codes = |rule: Rule| -> Vec<_> {
            rule.problem_types().iter().map(|known| known.code()).collect()
        };
        assert_eq!(codes(Rule::Any(&[READ, WRITE])), ["insufficient_permissions"]);
        assert_eq!(codes(ADMIN), ["insufficient_role"]);
        assert_eq!(codes(Rule::All(&[ADMIN, READ])).len(), 2);
    }

    #[test]
    fn levels_alone_have_no_permission() {
        static LEVELS: [Rule; 2] = [Rule::Level(20), Rule::Any(&[Rule::Level(80)])];
        static MIXED: [Rule; 2] = [Rule::Level(20), Rule::Permission(Permission::new("kb:read"))];
        assert!(!Rule::All(&LEVELS).has_permission() && Rule::All(&LEVELS).has_level());
        assert!(Rule::Any(&MIXED).has_permission());
        assert!(!Rule::Any(&[]).has_permission() && !Rule::Any(&[]).has_level());
    }
}

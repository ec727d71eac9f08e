//! The rights of a caller, and the decision that they lead to.

use std::fmt;
use std::sync::Arc;

use super::{Grant, Grants, Permission, Role, Rule};

/// A view of what a caller may do, which borrows everything and copies nothing.
///
/// ```
/// use definable_errors::rbac::{Grants, Permission, Rights, Rule};
///
/// let grants = Grants::parse(["kb:*"]).unwrap();
/// let rights = Rights::from_grants(&grants);
/// assert!(rights.decide(Rule::Permission(Permission::new("kb:read"))).is_allowed());
/// assert!(!rights.decide(Rule::Level(80)).is_allowed());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Rights<'a>(Held<'a>);

#[derive(Debug, Clone, Copy)]
enum Held<'a> {
    Nothing,
    Grants(&'a Grants),
    Role(&'a Role),
    Roles(&'a [Arc<Role>]),
    Names(&'a [String]),
}

impl<'a> Rights<'a> {
    /// No rights at all.
    pub const NONE: Self = Self(Held::Nothing);

    /// Returns the rights of a role, with its level.
    pub const fn from_role(role: &'a Role) -> Self {
        Self(Held::Role(role))
    }

    /// Returns the combined rights of several roles, with the highest of their levels.
    pub const fn from_roles(roles: &'a [Arc<Role>]) -> Self {
        Self(Held::Roles(roles))
    }

    /// Returns the rights of grants without a role, with level 0.
    pub const fn from_grants(grants: &'a Grants) -> Self {
        Self(Held::Grants(grants))
    }

    /// Returns the rights of permissions by their full names, with level 0. A `*` has no meaning in
    /// them.
    pub const fn from_permission_names(permissions: &'a [String]) -> Self {
        Self(Held::Names(permissions))
    }

    /// Decides whether a rule is met, with the reason.
    pub fn decide(self, rule: Rule) -> Decision<'a> {
        Decision::make(self, rule)
    }

    /// Returns whether these rights satisfy `rule`.
    pub fn satisfy(self, rule: Rule) -> bool {
        match rule {
            Rule::Permission(permission) => self.covering(&permission).is_some(),
            Rule::Level(level) => self.level() >= level,
            // An empty list is a mistake, and a mistake must not grant access.
            Rule::All(rules) => !rules.is_empty() && rules.iter().all(|rule| self.satisfy(*rule)),
            Rule::Any(rules) => rules.iter().any(|rule| self.satisfy(*rule)),
        }
    }

    /// Returns the level.
    pub fn level(&self) -> u16 {
        match self.0 {
            Held::Role(role) => role.level(),
            Held::Roles(roles) => roles.iter().map(|role| role.level()).max().unwrap_or_default(),
            Held::Nothing | Held::Grants(_) | Held::Names(_) => 0,
        }
    }

    /// Returns the first grant that covers the permission.
    pub fn covering(&self, permission: &Permission) -> Option<Grant<'a>> {
        match self.0 {
            Held::Nothing => None,
            Held::Grants(grants) => grants.covering(permission),
            Held::Role(role) => role.grants().covering(permission),
            Held::Roles(roles) => roles.iter().find_map(|role| role.grants().covering(permission)),
            Held::Names(names) => {
                names.iter().find(|name| **name == permission.name()).map(|name| Grant::named(name))
            }
        }
    }

    /// Returns all grants, for explanations.
    pub(super) fn grants(&self) -> Vec<Grant<'a>> {
        match self.0 {
            Held::Nothing => Vec::new(),
            Held::Grants(grants) => grants.iter().collect(),
            Held::Role(role) => role.grants().iter().collect(),
            Held::Roles(roles) => roles.iter().flat_map(|role| role.grants().iter()).collect(),
            Held::Names(names) => names.iter().map(|name| Grant::named(name)).collect(),
        }
    }

    /// Returns the names of the roles, for explanations.
    pub(super) fn roles(&self) -> Vec<&'a str> {
        match self.0 {
            Held::Role(role) => vec![role.name()],
            Held::Roles(roles) => roles.iter().map(|role| role.name()).collect(),
            Held::Nothing | Held::Grants(_) | Held::Names(_) => Vec::new(),
        }
    }
}

/// The decision whether a rule is met, always with the reason.
///
/// ```
/// use definable_errors::rbac::{Decision, Grants, Permission, Rights, Rule};
///
/// let grants = Grants::parse(["kb:r*"]).unwrap();
/// let rights = Rights::from_grants(&grants);
/// match rights.decide(Rule::Permission(Permission::new("kb:read"))) {
///     Decision::Allow { via } => assert_eq!(via.to_string(), "kb:r*"),
///     Decision::Deny { .. } => unreachable!(),
/// }
/// match rights.decide(Rule::Permission(Permission::new("kb:write"))) {
///     Decision::Allow { .. } => unreachable!(),
///     Decision::Deny { missing, checks } => {
///         assert_eq!(missing[0].to_string(), "kb:write");
///         assert_eq!(checks[0].to_string(), "kb:r* does not cover kb:write");
///     }
/// }
/// ```
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "a rule is met or is not")]
#[must_use]
pub enum Decision<'a> {
    /// The rule is met.
    Allow {
        /// What the rule is met by.
        via: GrantedBy<'a>,
    },
    /// The rule is not met.
    Deny {
        /// What is missing; for a rule that is met by one of several, all of them.
        missing: Vec<Missing>,
        /// What was checked.
        checks: Vec<Check>,
    },
}

impl<'a> Decision<'a> {
    fn make(rights: Rights<'a>, rule: Rule) -> Self {
        if rights.satisfy(rule) {
            return Self::Allow { via: GrantedBy { rights, rule } };
        }
        let mut missing = Vec::new();
        collect_missing(rights, rule, &mut missing);
        let mut checks: Vec<_> =
            missing.iter().flat_map(|missing| checks(rights, *missing)).collect();
        if checks.is_empty() {
            checks.push(Check("the rule requires nothing, so no caller satisfies it".to_owned()));
        }
        Self::Deny { missing, checks }
    }

    /// Returns whether the rule is met.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allow { .. })
    }
}

/// The grants or the role by which a rule is met. They are found on demand, so that a decision
/// costs nothing.
#[derive(Debug, Clone, Copy)]
pub struct GrantedBy<'a> {
    rights: Rights<'a>,
    rule: Rule,
}

impl<'a> GrantedBy<'a> {
    /// Returns the grants that cover the permissions, one for each.
    pub fn grants(&self) -> Vec<Grant<'a>> {
        let mut found = Vec::new();
        collect_grants(self.rights, self.rule, &mut found);
        found
    }
}

/// Formats the grants separated by commas, or the level if there are none.
impl fmt::Display for GrantedBy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grants: Vec<_> = self.grants().iter().map(ToString::to_string).collect();
        if grants.is_empty() {
            write!(f, "level {}", self.rights.level())
        } else {
            f.write_str(&grants.join(", "))
        }
    }
}

/// Something that is missing for a rule to be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// A grant that covers this permission.
    Permission(Permission),
    /// A role of this level.
    Level(u16),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Permission(permission) => permission.fmt(f),
            Self::Level(level) => write!(f, "level {level}"),
        }
    }
}

/// One thing that was checked and did not suffice, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check(String);

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn collect_missing(rights: Rights<'_>, rule: Rule, missing: &mut Vec<Missing>) {
    match rule {
        _ if rights.satisfy(rule) => {}
        Rule::Permission(permission) => missing.push(Missing::Permission(permission)),
        Rule::Level(level) => missing.push(Missing::Level(level)),
        Rule::All(rules) | Rule::Any(rules) => {
            for rule in rules {
                collect_missing(rights, *rule, missing);
            }
        }
    }
}

fn collect_grants<'a>(rights: Rights<'a>, rule: Rule, found: &mut Vec<Grant<'a>>) {
    let (rules, most) = match rule {
        Rule::Permission(permission) => return found.extend(rights.covering(&permission)),
        Rule::Level(_) => return,
        Rule::All(rules) => (rules, rules.len()),
        Rule::Any(rules) => (rules, 1),
    };
    for rule in rules.iter().filter(|rule| rights.satisfy(**rule)).take(most) {
        collect_grants(rights, *rule, found);
    }
}

fn checks(rights: Rights<'_>, missing: Missing) -> Vec<Check> {
    match missing {
        Missing::Level(level) => {
            let (own, roles) = (rights.level(), rights.roles().join(", "));
            vec![Check(if roles.is_empty() {
                format!("no role, and level {level} is needed")
            } else {
                format!("level {own} of {roles} is below level {level}")
            })]
        }
        Missing::Permission(permission) => {
            let grants = rights.grants();
            if grants.is_empty() {
                return vec![Check(format!(
                    "there is no grant at all, so none covers {permission}"
                ))];
            }
            let check = |grant: &Grant<'_>| Check(format!("{grant} does not cover {permission}"));
            grants.iter().map(check).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rbac::{Role, RoleDefinition, RoleSet};

    const KB_READ: Permission = Permission::new("kb:read");

    #[test]
    fn several_roles_stand_together() {
        let roles = RoleSet::new([
            RoleDefinition::new("auditor", 30).with_grants(["*:read"]),
            RoleDefinition::new("clerk", 20).with_grants(["jobs:*"]),
        ]);
        let roles: Vec<_> = roles.unwrap().iter().cloned().collect();
        let rights = Rights::from_roles(&roles);
        assert_eq!(rights.level(), 30);
        assert_eq!(rights.covering(&KB_READ).unwrap().to_string(), "*:read of auditor");
        assert_eq!((rights.grants().len(), rights.roles()), (2, vec!["auditor", "clerk"]));
        assert_eq!((Rights::from_roles(&[]).level(), Rights::NONE.level()), (0, 0));
    }

    #[test]
    fn a_name_covers_itself_and_a_star_in_it_is_none() {
        let names = ["kb:*".to_owned(), "*".to_owned(), "kb:readers".to_owned()];
        assert_eq!(Rights::from_permission_names(&names).covering(&KB_READ), None);
        let names = ["kb:read".to_owned()];
        assert_eq!(
            Rights::from_permission_names(&names).covering(&KB_READ).unwrap().pattern(),
            "kb:read"
        );
    }

    const READ: Rule = Rule::Permission(Permission::new("kb:read"));
    const DELETE: Rule = Rule::Permission(Permission::new("kb:delete"));
    const JOBS: Rule = Rule::Permission(Permission::new("jobs:read"));

    fn member() -> Role {
        let guest = RoleDefinition::new("guest", 10).with_grants(["kb:read"]);
        let member =
            RoleDefinition::new("member", 20).with_inherited(["guest"]).with_grants(["jobs:*"]);
        Role::clone(&RoleSet::new([guest, member]).unwrap().get("member").unwrap())
    }

    fn via(rule: Rule) -> String {
        match Rights::from_role(&member()).decide(rule) {
            Decision::Allow { via } => via.to_string(),
            Decision::Deny { .. } => panic!("denied: {rule}"),
        }
    }

    fn denied(rights: Rights<'_>, rule: Rule) -> (String, String) {
        match rights.decide(rule) {
            Decision::Allow { .. } => panic!("allowed: {rule}"),
            Decision::Deny { missing, checks } => (joined(&missing), joined(&checks)),
        }
    }

    fn joined<T: fmt::Display>(list: &[T]) -> String {
        list.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn what_is_allowed_says_by_what() {
        assert_eq!(via(READ), "kb:read of guest");
        assert_eq!(
            via(Rule::All(&[READ, JOBS, Rule::Level(20)])),
            "kb:read of guest, jobs:* of member"
        );
        assert_eq!(via(Rule::Any(&[DELETE, JOBS, READ])), "jobs:* of member");
        assert_eq!(via(Rule::Level(15)), "level 20");
    }

    #[test]
    fn what_is_denied_says_what_is_missing_and_what_was_looked_at() {
        let member = member();
        let rights = Rights::from_role(&member);
        let (missing, checks) = denied(rights, Rule::All(&[READ, DELETE, Rule::Level(80)]));
        assert_eq!(missing, "kb:delete; level 80");
        assert_eq!(
            checks,
            "jobs:* of member does not cover kb:delete; kb:read of guest does not cover kb:delete; \
             level 20 of member is below level 80"
        );
        let either = Rule::Any(&[DELETE, Rule::Level(80)]);
        assert_eq!(denied(rights, either).0, "kb:delete; level 80");
    }

    #[test]
    fn an_implicit_denial_has_a_reason_too() {
        let (missing, checks) = denied(Rights::NONE, Rule::All(&[READ, Rule::Level(1)]));
        assert_eq!(missing, "kb:read; level 1");
        assert_eq!(
            checks,
            "there is no grant at all, so none covers kb:read; no role, and level 1 is needed"
        );
        for empty in [Rule::All(&[]), Rule::Any(&[])] {
            let reason = "the rule requires nothing, so no caller satisfies it";
            assert_eq!(
                denied(Rights::from_role(&member()), empty),
                (String::new(), reason.to_owned())
            );
        }
    }

    #[test]
    fn decision_names_the_role_of_the_grant() {
        let roles = RoleSet::new([RoleDefinition::new("admin", 80).with_grants(["kb:*"])]).unwrap();
        let role = roles.get("admin").unwrap();
        let decision =
            Rights::from_role(&role).decide(Rule::Permission(Permission::new("kb:read")));
        assert!(decision.is_allowed());
        let Decision::Allow { via } = decision else { panic!("the role has the permission") };
        let [grant] = &*via.grants() else { panic!("one grant covers it") };
        assert_eq!((grant.pattern(), grant.role()), ("kb:*", Some("admin")));
        assert!(!Rights::NONE.decide(Rule::Level(1)).is_allowed());
    }
}

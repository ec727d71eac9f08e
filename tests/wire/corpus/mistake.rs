//! Mistakes to plant, and what has to be reported of each.

use super::json::Json;

/// One mistake in a body, and the violation that should be reported for it.
#[derive(Clone)]
pub(super) struct Mistake {
    way: Vec<String>,
    edit: Edit,
    /// The pointer, code and params of each violation, as `#/qty range 0..255`.
    pub(super) reported: Vec<String>,
}

#[derive(Clone)]
enum Edit {
    Set(Json),
    Remove,
    /// Appends a member, even if one of the name exists.
    Add(Json),
    Rename(String),
}

/// Replaces the value at `at`.
pub(super) fn wrong(at: &str, value: &str, reported: &str) -> Mistake {
    Mistake::new(at, Edit::Set(Json::parse(value)), reported)
}

/// Removes the member at `at`.
pub(super) fn lacks(at: &str) -> Mistake {
    Mistake::new(at, Edit::Remove, "required")
}

/// Adds a member that the type does not know.
pub(super) fn extra(at: &str, reported: &str) -> Mistake {
    Mistake::new(at, Edit::Add(Json::parse("1")), reported)
}

/// Adds the member a second time.
pub(super) fn twice(at: &str, value: &str) -> Mistake {
    Mistake::new(at, Edit::Add(Json::parse(value)), "duplicate")
}

/// Renames the member; the violation names the new one.
pub(super) fn key(at: &str, name: &str, reported: &str) -> Mistake {
    let (parent, _) = at.rsplit_once('/').unwrap();
    Mistake::new(at, Edit::Rename(name.to_owned()), reported).at(&format!("{parent}/{name}"))
}

impl Mistake {
    fn new(at: &str, edit: Edit, reported: &str) -> Self {
        let unescaped = |step: &str| step.replace("~1", "/").replace("~0", "~");
        let way = at.split('/').skip(1).map(unescaped).collect();
        Self { way, edit, reported: vec![format!("#{at} {reported}")] }
    }

    /// Expects the violation at another place than where the mistake is planted.
    pub(super) fn at(mut self, pointer: &str) -> Self {
        let (_, reported) = self.reported[0].split_once(' ').unwrap();
        self.reported = vec![format!("#{pointer} {reported}")];
        self
    }

    /// Expects a second violation for the same edit.
    pub(super) fn and(mut self, reported: &str) -> Self {
        self.reported.push(format!("#{reported}"));
        self
    }

    pub(super) fn plant(&self, body: &mut Json) {
        match &self.edit {
            Edit::Set(value) => *body.at(&self.way) = value.clone(),
            Edit::Remove => {
                let (name, members) = self.parent(body);
                members.retain(|(known, _)| known != name);
            }
            Edit::Add(value) => {
                let (name, members) = self.parent(body);
                members.push((name.clone(), value.clone()));
            }
            Edit::Rename(to) => {
                let (name, members) = self.parent(body);
                let member = members.iter_mut().find(|(known, _)| known == name);
                member.unwrap().0.clone_from(to);
            }
        }
    }

    fn parent<'b>(&self, body: &'b mut Json) -> (&String, &'b mut Vec<(String, Json)>) {
        let (name, parent) = self.way.split_last().unwrap();
        (name, body.at(parent).members())
    }

    /// Returns whether a body cannot contain both mistakes because one is inside of the other.
    pub(super) fn excludes(&self, other: &Self) -> bool {
        self.way.starts_with(&other.way) || other.way.starts_with(&self.way)
    }
}

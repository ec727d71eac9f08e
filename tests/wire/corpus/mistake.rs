use super::json::Json;

/// One thing that is wrong with a body, and what the client must be told of it.
#[derive(Clone)]
pub(super) struct Mistake {
    way: Vec<String>,
    edit: Edit,
    /// Pointer, code and params, as `#/qty range 0..255`.
    pub(super) told: Vec<String>,
}

#[derive(Clone)]
enum Edit {
    Set(Json),
    Remove,
    /// A member behind the others, whether the name is there or not.
    Add(Json),
    Rename(String),
}

/// Another value stands there.
pub(super) fn wrong(at: &str, value: &str, told: &str) -> Mistake {
    Mistake::new(at, Edit::Set(Json::parse(value)), told)
}

/// The member is missing.
pub(super) fn lacks(at: &str) -> Mistake {
    Mistake::new(at, Edit::Remove, "required")
}

/// A member that the type does not know.
pub(super) fn extra(at: &str, told: &str) -> Mistake {
    Mistake::new(at, Edit::Add(Json::parse("1")), told)
}

/// The member is there once more.
pub(super) fn twice(at: &str, value: &str) -> Mistake {
    Mistake::new(at, Edit::Add(Json::parse(value)), "duplicate")
}

/// The member has another name, which is told.
pub(super) fn key(at: &str, name: &str, told: &str) -> Mistake {
    let (parent, _) = at.rsplit_once('/').unwrap();
    Mistake::new(at, Edit::Rename(name.to_owned()), told).at(&format!("{parent}/{name}"))
}

impl Mistake {
    fn new(at: &str, edit: Edit, told: &str) -> Self {
        let unescaped = |step: &str| step.replace("~1", "/").replace("~0", "~");
        let way = at.split('/').skip(1).map(unescaped).collect();
        Self { way, edit, told: vec![format!("#{at} {told}")] }
    }

    /// Told at another place than where it is planted.
    pub(super) fn at(mut self, pointer: &str) -> Self {
        let (_, told) = self.told[0].split_once(' ').unwrap();
        self.told = vec![format!("#{pointer} {told}")];
        self
    }

    /// It is two mistakes.
    pub(super) fn and(mut self, told: &str) -> Self {
        self.told.push(format!("#{told}"));
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

    /// Whether a body cannot have both: one stands in the way of the other.
    pub(super) fn excludes(&self, other: &Self) -> bool {
        self.way.starts_with(&other.way) || other.way.starts_with(&self.way)
    }
}

use definable_errors::auth::Principal;
use definable_errors::context::Subject;
use uuid::Uuid;

/// A program of an organization, identified by its API key.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) org_id: Uuid,
    pub(crate) name: String,
}

impl Principal for Program {
    fn subject(&self) -> Subject {
        Subject::api_key(&self.name)
    }
}

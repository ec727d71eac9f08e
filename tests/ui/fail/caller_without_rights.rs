use definable_errors::auth::{Authenticated, Principal, Verify};
use definable_errors::context::Subject;
use definable_errors::rbac::{Require, permissions};
use definable_errors::router::GuardedRouter;
use std::sync::Arc;

pub struct User;

impl Principal for User {
    fn subject(&self) -> Subject {
        Subject::user("ada")
    }
}

permissions! {
    caller = Authenticated<User>;

    pub KbRead = "kb:read";
}

async fn list(_: Require<KbRead>) {}

fn main() {
    let _: GuardedRouter<Arc<dyn Verify<User>>> = GuardedRouter::new().get("/", list);
}

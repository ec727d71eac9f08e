//! Guards, requirements and permissions with no other dependency than the library.

use std::sync::Arc;

use definable_errors::auth::{Authenticated, Principal, Verify};
use definable_errors::context::Subject;
use definable_errors::rbac::{All, Any, HasRights, Level, Require, RequireLevel, RequireScope, Rights};
use definable_errors::router::{GuardedRouter, Public};

pub struct User;

impl Principal for User {
    fn subject(&self) -> Subject {
        Subject::user("ada")
    }
}

impl HasRights for User {
    fn rights(&self) -> Rights<'_> {
        Rights::NONE
    }
}

mod permissions {
    #![deny(missing_docs, missing_debug_implementations, warnings)]

    use super::{Authenticated, User};

    definable_errors::rbac::permissions! {
        caller = Authenticated<User>;

        pub KbRead = "kb:read";
        /// Permission to change knowledge bases.
        pub(crate) KbWrite = "kb:write";
        #[allow(dead_code)]
        Unused = "kb:unused";
    }

    definable_errors::rbac::permissions! {
        pub(super) Shared = "shared:read";
    }
}

use permissions::{KbRead, KbWrite, Shared};

type Nested = All<(KbRead, Any<(KbWrite, Level<80>, Shared)>)>;

fn routes() -> GuardedRouter<Arc<dyn Verify<User>>> {
    GuardedRouter::new()
        .get("/", |_: Public| async {})
        .post("/", |_: Require<KbRead>, body: String| async { body })
        .put("/", |_: Require<Nested>| async {})
        .patch("/", |_: RequireLevel<80, Authenticated<User>>| async {})
        .delete("/", |_: Require<Shared, Authenticated<User>>| async {})
        .any("/scope", |_: RequireScope<KbWrite>| async {})
}

fn main() {
    assert_eq!(routes().table().iter().count(), 6);
    assert_eq!(KbWrite::PERMISSION.name(), "kb:write");
}

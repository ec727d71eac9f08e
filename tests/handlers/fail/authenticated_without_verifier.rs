use definable_errors::auth::{Authenticated, Principal};
use definable_errors::context::Subject;

struct User {
    id: String,
}

impl Principal for User {
    fn subject(&self) -> Subject {
        Subject::user(&self.id)
    }
}

#[derive(Clone)]
struct AppState;

#[axum::debug_handler(state = AppState)]
async fn me(_: Authenticated<User>) {}

fn main() {
    let _ = me;
}

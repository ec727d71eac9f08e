use definable_errors::router::{GuardedRouter, Public};

fn list(_: Public) -> &'static str {
    "tea, coffee"
}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().get("/", list);
}

use definable_errors::Occurrence;
use definable_errors::router::{GuardedRouter, Public};

async fn rename(_: Occurrence, _: Public) {}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().post("/", rename);
}

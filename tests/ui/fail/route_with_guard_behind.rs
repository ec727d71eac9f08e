use definable_errors::RequestContext;
use definable_errors::router::{GuardedRouter, Public};

async fn rename(_: RequestContext, _: Public) {}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().post("/", rename);
}

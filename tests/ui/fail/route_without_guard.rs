use definable_errors::RequestContext;
use definable_errors::router::GuardedRouter;

async fn rename(_: RequestContext, name: String) -> String {
    name
}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().put("/", rename);
}

use definable_errors::rbac::{Level, Require};
use definable_errors::router::GuardedRouter;

async fn settings(_: Require<Level<80>>) {}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().get("/", settings);
}

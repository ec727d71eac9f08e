use definable_errors::Occurrence;
use definable_errors::router::GuardedRouter;

async fn rename(_: Occurrence, name: String) -> String {
    name
}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().put("/", rename);
}

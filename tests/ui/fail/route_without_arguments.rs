use definable_errors::router::GuardedRouter;

async fn list() -> &'static str {
    "for whom?"
}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().get("/", list);
}

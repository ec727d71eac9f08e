use definable_errors::router::GuardedRouter;

fn main() {
    let _: GuardedRouter = GuardedRouter::new().get("/", "hello");
}

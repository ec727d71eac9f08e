use definable_errors::router::GuardedRouter;

async fn echo(body: String) -> String {
    body
}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().post("/", echo).fallback(echo);
}

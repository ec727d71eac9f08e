use definable_errors::router::{GuardedRouter, Public};

async fn find(_: Public, id: u64) -> String {
    id.to_string()
}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().get("/", find);
}

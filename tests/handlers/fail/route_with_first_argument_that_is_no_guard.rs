use axum::extract::Path;
use definable_errors::router::GuardedRouter;

async fn find(Path(id): Path<u64>) -> String {
    id.to_string()
}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().get("/{id}", find);
}

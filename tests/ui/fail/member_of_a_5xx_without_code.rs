use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 500)]
    Shelf {
        #[api(member = "shelf_id")]
        id: u64,
    },
}

fn main() {}

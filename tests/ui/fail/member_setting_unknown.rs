use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 404)]
    NotFound {
        #[api(member(rename = "order_id"))]
        id: u64,
    },
}

fn main() {}

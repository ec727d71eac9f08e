use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 404)]
    NotFound {
        #[api(member(type = "u64"))]
        order_id: u64,
        #[api(member(type = "string??"))]
        customer_id: Option<String>,
    },
}

fn main() {}

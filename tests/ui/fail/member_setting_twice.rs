use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 404)]
    NotFound {
        #[api(member(type = "string", type = "uuid"))]
        order_id: String,
    },
}

fn main() {}

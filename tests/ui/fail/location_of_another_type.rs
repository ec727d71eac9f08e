use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 500)]
    Storage {
        #[api(location)]
        at: String,
    },
}

fn main() {}

use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 404)]
    NotFound {
        #[api(note = "clerk")]
        clerk: String,
    },
}

fn main() {}

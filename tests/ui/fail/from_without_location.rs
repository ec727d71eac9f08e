use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 500)]
    Storage {
        #[source]
        #[api(from)]
        source: std::io::Error,
    },
}

fn main() {}

use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[api(decode)]
enum OrderError {
    #[error("on its way")]
    #[api(status = 409)]
    Shipped {
        #[api(member)]
        carrier: &'static str,
    },
}

fn main() {}

use definable_errors::ApiError;

#[derive(ApiError)]
#[api(status = 404)]
union NumberError {
    a: u64,
    b: i64,
}

fn main() {}

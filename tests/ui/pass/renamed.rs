mod vendored {
    pub use definable_errors as errors;
}

use vendored::errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[error("gone")]
#[api(crate = vendored::errors, status = 410)]
struct GoneError;

mod inner {
    use crate::vendored::errors;

    #[derive(Debug, thiserror::Error, errors::ApiError)]
    #[api(crate = crate::vendored::errors)]
    pub enum InnerError {
        #[error("gone {id}")]
        #[api(status = 410, detail = "{id} is gone.")]
        Gone { id: u8 },
    }
}

fn main() {
    assert_eq!(ApiError::from(GoneError).problem().code(), "gone");
    let error = ApiError::from(inner::InnerError::Gone { id: 1 });
    assert_eq!(error.problem().detail(), "1 is gone.");
}

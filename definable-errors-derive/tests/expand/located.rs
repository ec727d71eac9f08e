#[api(declares(CONFLICT))]
enum StoreError {
    #[error("reading failed")]
    #[api(status = 500)]
    Read {
        #[source]
        #[api(from)]
        source: io::Error,
        #[api(location)]
        at: SourceLocation,
    },
    #[error("busy")]
    #[api(status = 503, retry_after = 30)]
    Busy,
    #[error("full")]
    #[api(status = 500)]
    Full,
}

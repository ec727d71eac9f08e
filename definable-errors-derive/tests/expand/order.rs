#[api(prefix = "order")]
enum OrderError<E> {
    /// The order does not exist, or belongs to another organization.
    #[error("order {id} does not exist")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "order_id")]
        id: u64,
    },
    #[error("order {id} was paid at {at}")]
    #[api(status = 409, detail = "The order was paid at {at:?}.", header("X-Order" = id))]
    AlreadyPaid {
        id: u64,
        at: String,
        #[api(note)]
        clerk: String,
    },
    #[error("slow down")]
    #[api(status = TOO_MANY_REQUESTS, retry_after = wait, level = "warn")]
    TooOften { wait: Duration },
    #[error("storage failed")]
    #[api(status = 500, hint = "Run `sqlx migrate run`.")]
    Storage(#[from] sqlx::Error),
    #[error(transparent)]
    #[api(transparent)]
    Inner(E),
}

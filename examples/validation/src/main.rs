//! A service that reports every mistake of a request in one answer, each at its place in the client's own
//! names. The types are plain serde types. The rules of an order are derived with `validator`, those of a
//! delivery are written by hand; path, query and body are checked together.
//!
//! ```sh
//! cargo run -p validation   # with VALIDATION_STATUS=422 in the environment, a 422 in place of a 400
//! curl -X PUT 'http://127.0.0.1:3000/shops/paris/orders/x?dryRun=maybe' \
//!   -H 'content-type: application/json' -d '{"email": "ada", "lines": [{"sku": "tea", "quantity": 0}]}'  # 400 validation_failed
//! curl http://127.0.0.1:3000/deliveries -H 'content-type: application/json' \
//!   -d '{"country": "DE", "from": 9, "until": 17, "parcels": [{"grams": 500}]}'  # 200 1
//! curl http://127.0.0.1:3000/deliveries -H 'content-type: application/json' -d '{"country": '  # 400 malformed_body
//! ```
use std::{env, error::Error};

use axum::{Router, routing::post, routing::put};
use definable_errors::ApiErrorLayer;
use definable_errors::extract::{Inputs, Json, Path, Query, Rules, Valid, Violations};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

/// The shops that an order can be for. Another word in the path is a mistake that lists them.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Shop {
    Berlin,
    Paris,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Options {
    #[serde(default)]
    dry_run: bool,
}

#[derive(Deserialize, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Order {
    #[validate(email)]
    email: String,
    #[validate(length(min = 1, max = 20), nested)]
    lines: Vec<Line>,
    // What may be absent is an `Option`; its rules are for a value that is there.
    #[validate(length(max = 100))]
    gift_message: Option<String>,
    #[validate(nested)]
    invoice: Option<Invoice>,
}

/// `validator` can only check the length of a list whose items are `Serialize`.
#[derive(Deserialize, Serialize, Validate)]
#[serde(deny_unknown_fields)]
struct Line {
    #[validate(custom(function = is_sku))]
    sku: String,
    #[validate(range(min = 1, max = 99))]
    quantity: u32,
}

#[derive(Deserialize, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Invoice {
    #[validate(length(min = 1, max = 80))]
    company: String,
    #[validate(url)]
    website: Option<String>,
}

/// A rule of one's own: the code is the client's, the message is sent as it stands, and the params are for
/// translations. Do not put the value into them.
fn is_sku(sku: &str) -> Result<(), ValidationError> {
    let is_valid = sku.split_once('-').is_some_and(|(letters, digits)| {
        letters.len() == 3
            && letters.bytes().all(|byte| byte.is_ascii_uppercase())
            && digits.len() == 4
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    if is_valid {
        return Ok(());
    }
    let mut error = ValidationError::new("sku")
        .with_message("must be three capital letters, a hyphen and four digits".into());
    error.add_param("example".into(), &"TEA-0042");
    Err(error)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    shop: Shop,
    id: u64,
    pieces: u32,
    is_stored: bool,
}

type OrderInputs = (Path<(Shop, u64)>, Query<Options>, Valid<Json<Order>>);

async fn replace_order(
    Inputs((Path((shop, id)), Query(options), Valid(Json(order)))): Inputs<OrderInputs>,
) -> Json<Receipt> {
    let pieces = order.lines.iter().map(|line| line.quantity).sum();
    // Texts of a client, such as the company, stay out of the log: a line break would forge a line.
    tracing::info!("order {id} of {pieces} pieces");
    Json(Receipt { shop, id, pieces, is_stored: !options.dry_run })
}

#[derive(Deserialize)]
struct Delivery {
    country: String,
    /// The hours between which someone is there.
    from: u8,
    until: u8,
    parcels: Vec<Parcel>,
}

#[derive(Deserialize)]
struct Parcel {
    grams: u32,
}

impl Rules for Delivery {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("country", &self.country).one_of(["AT", "DE", "FR"]);
        violations.field("from", &self.from).range(..=23);
        violations.field("until", &self.until).range(..=24);
        violations.field("parcels", &self.parcels).length(1..=10).each();
        if self.until <= self.from {
            violations
                .report("until")
                .code("after")
                .param("field", "from")
                .detail("must be after `from`")
                // It says nothing if `from` itself is missing or wrong.
                .depends_on_siblings();
        }
    }
}

impl Rules for Parcel {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("grams", &self.grams).range(1..=30_000);
    }
}

async fn deliver(Valid(Json(delivery)): Valid<Json<Delivery>>) -> Json<usize> {
    Json(delivery.parcels.len())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    // Content that breaks a rule is a 400, unless the clients of a service expect a 422.
    let errors = match env::var("VALIDATION_STATUS").as_deref() {
        Ok("422") => ApiErrorLayer::new().validation_status(422),
        _ => ApiErrorLayer::new(),
    };
    let app = Router::new()
        .route("/shops/{shop}/orders/{id}", put(replace_order))
        .route("/deliveries", post(deliver))
        .layer(errors);
    let port = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}

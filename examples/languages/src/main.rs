//! A ticket service that answers errors in English and German. The German texts are in Fluent.
use std::collections::BTreeMap;
use std::{env, error::Error};

use axum::{Router, routing::get, routing::post};
use definable_errors::extract::{Json, Path, Rules, Valid, Violations};
use definable_errors::problem::LanguageTag;
use definable_errors::translate::{Message, MessageKind, Translate};
use definable_errors::{ApiError, ApiErrorLayer};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde_json::Value;

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "ticket")]
enum TicketError {
    /// There are fewer tickets than were ordered.
    #[error("there are {left} tickets left")]
    #[api(status = 409, title = "Sold out")]
    SoldOut {
        #[api(member = "tickets_left")]
        left: u32,
    },
}

#[derive(serde::Deserialize)]
struct Order {
    name: String,
    tickets: u32,
    day: String,
}

impl Rules for Order {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("name", &self.name).length(2..=40);
        violations.field("tickets", &self.tickets).range(1..=8);
        if self.day == "monday" {
            violations
                .report("day")
                .code("weekday")
                .param("day", "monday")
                .detail("must not be a monday");
        }
    }
}

async fn order(
    Path(left): Path<u32>,
    Valid(Json(order)): Valid<Json<Order>>,
) -> Result<String, TicketError> {
    if order.tickets > left {
        return Err(TicketError::SoldOut { left });
    }
    Ok(format!("{} tickets for {}", order.tickets, order.name))
}

/// The texts in all languages but English, which is that of the code.
struct Texts {
    languages: Vec<LanguageTag>,
    bundles: BTreeMap<String, FluentBundle<FluentResource>>,
}

impl Texts {
    fn new(sources: &[(&'static str, &str)]) -> Result<Self, Box<dyn Error>> {
        let english = LanguageTag::from_static("en");
        let mut texts = Self { languages: vec![english], bundles: BTreeMap::new() };
        for &(language, source) in sources {
            let resource = FluentResource::try_new(source.to_owned())
                .map_err(|(_, errors)| format!("{language}: {errors:?}"))?;
            let mut bundle = FluentBundle::new_concurrent(vec![language.parse()?]);
            // The marks around values are for languages that are written from right to left.
            bundle.set_use_isolating(false);
            bundle.add_resource(resource).map_err(|errors| format!("{language}: {errors:?}"))?;
            texts.languages.push(LanguageTag::from_static(language));
            texts.bundles.insert(language.to_owned(), bundle);
        }
        Ok(texts)
    }
}

impl Translate for Texts {
    fn languages(&self) -> &[LanguageTag] {
        &self.languages
    }

    fn translate(&self, language: &LanguageTag, message: &Message<'_>) -> Option<String> {
        let bundle = self.bundles.get(language.as_str())?;
        let code = message.code();
        let (name, attribute) = match message.kind() {
            MessageKind::Title => (code.to_owned(), None),
            MessageKind::Detail => (code.to_owned(), message.form().or(Some("detail"))),
            MessageKind::Violation => (format!("violation-{code}"), message.form()),
            // What the service wrote itself is not in Fluent.
            _ => return None,
        };
        let found = bundle.get_message(&name)?;
        let pattern = match attribute {
            Some(attribute) => found.get_attribute(attribute)?.value(),
            None => found.value()?,
        };
        let params = message.params().map(|(name, value)| (name, argument(value)));
        let params: FluentArgs<'_> = params.collect();
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&params), &mut errors);
        // A text with a gap is worse than one in English.
        errors.is_empty().then(|| text.into_owned())
    }
}

fn argument(value: &Value) -> FluentValue<'_> {
    match value {
        Value::Number(number) => FluentValue::from(number.as_f64().unwrap_or_default()),
        Value::String(text) => FluentValue::from(&**text),
        Value::Array(items) => {
            let words = items.iter().map(|item| item.as_str().map_or(item.to_string(), Into::into));
            FluentValue::from(words.collect::<Vec<_>>().join(", "))
        }
        other => FluentValue::from(other.to_string()),
    }
}

fn texts() -> Result<Texts, Box<dyn Error>> {
    Texts::new(&[("de", include_str!("de.ftl"))])
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let app = Router::new()
        .route("/", get(|| async { "POST /shows/{left}/tickets" }))
        .route("/shows/{left}/tickets", post(order))
        .layer(ApiErrorLayer::new().translate(texts()?));
    let port = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    tracing::info!("listening on http://{}, try:", listener.local_addr()?);
    tracing::info!("curl -H 'accept-language: de' http://{}/x", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}

#[cfg(test)]
mod tests {
    use definable_errors::problem::{ProblemTypes, ROUTE_NOT_FOUND, Types};
    use definable_errors::translate::missing_translations;

    use super::*;

    #[test]
    fn german_lacks_nothing() {
        const TYPES: Types = Types {
            own: &[&ROUTE_NOT_FOUND],
            others: &[TicketError::TYPES, <Path<u32>>::TYPES, <Valid<Json<Order>>>::TYPES],
        };
        let german = LanguageTag::from_static("de");
        let texts = texts().expect("the texts are valid Fluent");
        let missing = missing_translations(&TYPES, &texts, &german);
        let lines: Vec<_> = missing.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }
}

//! A type with a valid body, and the mistakes to plant in it.

use definable_errors::extract::{Json as Extractor, Query};
use serde::de::DeserializeOwned;
use url::form_urlencoded::Serializer;

use super::json::Json;
use super::mistake::Mistake;
use super::reported::reported;

/// A type, a body that it accepts, and mistakes to plant in it.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) body: Json,
    pub(super) mistakes: Vec<Mistake>,
    read: fn(&mut Json) -> Vec<String>,
    is_taken: fn(&mut Json) -> bool,
}

impl Shape {
    pub(super) fn json<T: DeserializeOwned>(name: &'static str, body: &str) -> Self {
        Self {
            name,
            body: Json::parse(body),
            mistakes: Vec::new(),
            read: read_json::<T>,
            is_taken: |body| serde_json::from_str::<T>(&body.to_string()).is_ok(),
        }
    }

    /// Creates a shape whose body is a flat object, sent as pairs.
    pub(super) fn query<T: DeserializeOwned>(name: &'static str, body: &str) -> Self {
        Self {
            name,
            body: Json::parse(body),
            mistakes: Vec::new(),
            read: read_query::<T>,
            is_taken: |body| read_query::<T>(body).is_empty(),
        }
    }

    pub(super) fn with<const N: usize>(self, mistakes: [Mistake; N]) -> Self {
        Self { mistakes: mistakes.into(), ..self }
    }

    /// Returns what the extractor reports for the body with these mistakes.
    pub(super) fn reported(&self, mistakes: &[&Mistake]) -> Vec<String> {
        (self.read)(&mut self.planted(mistakes))
    }

    /// Returns whether the type itself accepts the body with these mistakes, without our diagnosis.
    pub(super) fn is_taken(&self, mistakes: &[&Mistake]) -> bool {
        (self.is_taken)(&mut self.planted(mistakes))
    }

    pub(super) fn planted(&self, mistakes: &[&Mistake]) -> Json {
        let mut body = self.body.clone();
        for mistake in mistakes {
            mistake.plant(&mut body);
        }
        body
    }
}

fn read_json<T: DeserializeOwned>(body: &mut Json) -> Vec<String> {
    let read = Extractor::<T>::from_bytes(body.to_string().as_bytes());
    read.map_or_else(|error| reported(&error), |_| Vec::new())
}

fn read_query<T: DeserializeOwned>(body: &mut Json) -> Vec<String> {
    let query = Serializer::new(String::new()).extend_pairs(body.pairs()).finish();
    let read = Query::<T>::try_from_uri(&format!("/?{query}").parse().unwrap());
    read.map_or_else(|error| reported(&error), |_| Vec::new())
}

//! Types of other crates.

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use serde_bytes::ByteBuf;
use time::OffsetDateTime;
use url::Url;
use uuid::Uuid;

use crate::corpus::mistake::{lacks, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![uuids(), chrono(), time_crate(), urls(), byte_strings()]
}

fn uuids() -> Shape {
    #[derive(Deserialize)]
    struct Link {
        from: Uuid,
        to: Vec<Uuid>,
        by: Option<Uuid>,
        #[serde(with = "uuid::serde::simple")]
        simple: Uuid,
        qty: u8,
    }

    let body = r#"{
        "from": "67e55044-10b1-426f-9247-bb680e5fe0c8",
        "to": ["67e55044-10b1-426f-9247-bb680e5fe0c8", "67e55044-10b1-426f-9247-bb680e5fe0c9"],
        "by": "67e55044-10b1-426f-9247-bb680e5fe0c8",
        "simple": "67e5504410b1426f9247bb680e5fe0c8", "qty": 1
    }"#;
    Shape::json::<Link>("uuids", body).with([
        wrong("/from", "\"67e55044\"", "invalid"),
        wrong("/from", "1", "type string"),
        wrong("/to/1", "\"\"", "invalid"),
        wrong("/to", "\"x\"", "type array"),
        wrong("/by", "\"me\"", "invalid"),
        wrong("/simple", "\"67e55044-10b1-426f-9247-bb680e5fe0c8\"", "invalid"),
        wrong("/qty", "-1", "range 0..255"),
        lacks("/from"),
    ])
}

fn chrono() -> Shape {
    #[derive(Deserialize)]
    struct Event {
        day: NaiveDate,
        starts_at: DateTime<Utc>,
        at: NaiveTime,
        reminders: Vec<DateTime<Utc>>,
        #[serde(with = "chrono::serde::ts_seconds")]
        created: DateTime<Utc>,
        #[serde(default, with = "chrono::serde::ts_milliseconds_option")]
        updated: Option<DateTime<Utc>>,
    }

    let body = r#"{
        "day": "2020-02-29", "starts_at": "2020-01-01T00:00:00Z", "at": "10:00:00",
        "reminders": ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00+02:00"], "created": 1,
        "updated": 1000
    }"#;
    Shape::json::<Event>("dates and times of chrono", body).with([
        wrong("/day", "\"2021-02-29\"", "invalid"),
        wrong("/day", "20200229", "type string"),
        wrong("/starts_at", "\"2020-01-01\"", "invalid"),
        wrong("/at", "\"25:00:00\"", "invalid"),
        wrong("/reminders/1", "\"tomorrow\"", "invalid"),
        wrong("/created", "\"2020\"", "type integer"),
        wrong("/updated", "true", "type integer"),
        lacks("/starts_at"),
    ])
}

fn time_crate() -> Shape {
    #[derive(Deserialize)]
    struct Session {
        #[serde(with = "time::serde::rfc3339")]
        begins: OffsetDateTime,
        #[serde(with = "time::serde::timestamp")]
        ends: OffsetDateTime,
        #[serde(default, with = "time::serde::rfc3339::option")]
        closed: Option<OffsetDateTime>,
        seats: u8,
    }

    let body = r#"{
        "begins": "2020-01-01T00:00:00Z", "ends": 1577836800, "closed": "2020-01-01T00:00:00Z",
        "seats": 1
    }"#;
    Shape::json::<Session>("times of time", body).with([
        wrong("/begins", "\"2020-01-01\"", "invalid"),
        wrong("/ends", "\"x\"", "type integer"),
        wrong("/ends", "9223372036854775807", "invalid"),
        wrong("/closed", "\"never\"", "invalid"),
        wrong("/seats", "256", "range 0..255"),
        lacks("/begins"),
    ])
}

fn urls() -> Shape {
    #[derive(Deserialize)]
    struct Hook {
        target: Url,
        mirrors: Vec<Url>,
        icon: Option<Url>,
        retries: u8,
    }

    let body = r#"{
        "target": "https://a.example/x", "mirrors": ["https://b.example"],
        "icon": "https://c.example/i.png", "retries": 3
    }"#;
    Shape::json::<Hook>("URLs", body).with([
        wrong("/target", "\"/x\"", "invalid"),
        wrong("/target", "1", "type string"),
        wrong("/mirrors/0", "\"b.example\"", "invalid"),
        wrong("/icon", "\"\"", "invalid"),
        wrong("/retries", "\"3\"", "type integer"),
        lacks("/target"),
    ])
}

fn byte_strings() -> Shape {
    #[derive(Deserialize)]
    struct Upload {
        buffer: ByteBuf,
        bytes: Bytes,
        #[serde(with = "serde_bytes")]
        plain: Vec<u8>,
        name: String,
    }

    let body = r#"{"buffer": [1, 2], "bytes": [3], "plain": [4, 5], "name": "a"}"#;
    Shape::json::<Upload>("bytes", body).with([
        wrong("/buffer/1", "256", "range 0..255"),
        wrong("/buffer", "1", "type string"),
        wrong("/bytes/0", "\"3\"", "type integer"),
        wrong("/plain/0", "null", "type integer"),
        wrong("/plain", "{}", "type string"),
        wrong("/name", "[1]", "type string"),
    ])
}

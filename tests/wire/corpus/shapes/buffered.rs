//! Types parsed from text in places that serde buffers.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, de};
use url::Url;
use uuid::Uuid;

use crate::corpus::mistake::{lacks, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![flattened(), tagged(), whole(), lists()]
}

fn flattened() -> Shape {
    #[derive(Deserialize)]
    struct Order {
        number: String,
        #[serde(flatten)]
        audit: Audit,
    }

    #[derive(Deserialize)]
    struct Audit {
        created_by: Uuid,
        created_at: DateTime<Utc>,
        version: u32,
    }

    let body = r#"{
        "number": "a", "created_by": "67e55044-10b1-426f-9247-bb680e5fe0c8",
        "created_at": "2020-01-01T00:00:00Z", "version": 1
    }"#;
    Shape::json::<Order>("flattened uuids and times", body).with([
        wrong("/number", "1", "type string"),
        wrong("/created_by", "\"me\"", "invalid"),
        wrong("/created_by", "1", "type string"),
        wrong("/created_at", "\"now\"", "invalid"),
        wrong("/version", "\"1\"", "type integer"),
        lacks("/created_at"),
    ])
}

fn tagged() -> Shape {
    #[derive(Deserialize)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum Task {
        Remind { user: Uuid, on: NaiveDate, text: String },
        Fetch { url: Url, timeout: Duration },
    }

    #[derive(Deserialize)]
    struct Job {
        first: Task,
        second: Task,
        priority: u8,
    }

    let body = r#"{
        "first": {"kind": "remind", "user": "67e55044-10b1-426f-9247-bb680e5fe0c8",
            "on": "2020-01-01", "text": "a"},
        "second": {"kind": "fetch", "url": "http://a.example", "timeout": {"secs": 1, "nanos": 0}},
        "priority": 1
    }"#;
    Shape::json::<Job>("tagged uuids, dates and URLs", body).with([
        wrong("/first/user", "\"x\"", "invalid"),
        wrong("/first/on", "\"2020-13-01\"", "invalid"),
        wrong("/first/text", "1", "type string"),
        lacks("/first/on"),
        wrong("/second/url", "\"a\"", "invalid"),
        wrong("/second/timeout/secs", "-1", "range 0..18446744073709551615"),
        lacks("/second/timeout"),
        wrong("/priority", "256", "range 0..255"),
    ])
}

/// An interval that is validated as a whole: no field of it is wrong by itself.
struct Interval;

impl<'de> Deserialize<'de> for Interval {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Raw {
            from: NaiveDate,
            to: NaiveDate,
        }

        let Raw { from, to } = Raw::deserialize(deserializer)?;
        if from <= to { Ok(Self) } else { Err(de::Error::custom("turned around")) }
    }
}

fn whole() -> Shape {
    #[derive(Deserialize)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum Absence {
        Holiday { during: Interval, note: String },
        Sick(Interval),
    }

    let body = r#"[
        {"kind": "holiday", "during": {"from": "2020-01-01", "to": "2020-01-02"}, "note": "a"},
        {"kind": "sick", "from": "2020-01-01", "to": "2020-01-02"}
    ]"#;
    Shape::json::<Vec<Absence>>("tagged values that are judged as a whole", body).with([
        wrong("/0/during/from", "\"2021-01-01\"", "invalid").at("/0/during"),
        wrong("/0/during/from", "1", "type string"),
        lacks("/0/during/to"),
        wrong("/0/note", "1", "type string"),
        wrong("/1/to", "\"2000-01-01\"", "invalid").at("/1"),
        lacks("/1/from"),
    ])
}

fn lists() -> Shape {
    #[derive(Deserialize)]
    struct Row {
        id: Uuid,
        #[serde(flatten)]
        stamp: Stamp,
    }

    #[derive(Deserialize)]
    struct Stamp {
        at: DateTime<Utc>,
        by: Option<Uuid>,
    }

    let body = r#"[
        {"id": "67e55044-10b1-426f-9247-bb680e5fe0c8", "at": "2020-01-01T00:00:00Z"},
        {"id": "67e55044-10b1-426f-9247-bb680e5fe0c8", "at": "2020-01-01T00:00:00Z",
            "by": "67e55044-10b1-426f-9247-bb680e5fe0c8"},
        {"id": "67e55044-10b1-426f-9247-bb680e5fe0c8", "at": "2020-01-01T00:00:00Z", "by": null}
    ]"#;
    Shape::json::<Vec<Row>>("lists of flattened uuids and times", body).with([
        wrong("/0/id", "\"x\"", "invalid"),
        wrong("/0/at", "\"x\"", "invalid"),
        wrong("/1/by", "\"x\"", "invalid"),
        wrong("/1/at", "\"2020\"", "invalid"),
        lacks("/2/at"),
        wrong("/2/id", "5", "type string"),
    ])
}

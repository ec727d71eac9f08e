//! Bodies as services take them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use crate::corpus::mistake::{extra, key, lacks, twice, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![order(), geometry(), deployment()]
}

fn order() -> Shape {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Order {
        id: Uuid,
        placed_at: DateTime<Utc>,
        lines: Vec<Line>,
        ship_to: Address,
        #[serde(default)]
        bill_to: Option<Address>,
        currency: Currency,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Line {
        sku: String,
        qty: u8,
        unit_cents: u32,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Address {
        street: String,
        zip_code: String,
        country: char,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "UPPERCASE")]
    enum Currency {
        Eur,
        Usd,
    }

    let body = r#"{
        "id": "67e55044-10b1-426f-9247-bb680e5fe0c8", "placedAt": "2020-01-01T00:00:00Z",
        "lines": [{"sku": "a", "qty": 1, "unitCents": 5}, {"sku": "b", "qty": 2, "unitCents": 6}],
        "shipTo": {"street": "a", "zipCode": "1", "country": "D"},
        "billTo": {"street": "a", "zipCode": "1", "country": "D"}, "currency": "EUR"
    }"#;
    Shape::json::<Order>("an order", body).with([
        wrong("/id", "\"x\"", "invalid"),
        wrong("/placedAt", "\"yesterday\"", "invalid"),
        wrong("/lines/0/qty", "0.5", "type integer"),
        extra("/lines/0/price", "unknown_field"),
        lacks("/lines/1/sku"),
        wrong("/lines/1/unitCents", "-1", "range 0..4294967295"),
        key("/shipTo/zipCode", "zip_code", "required").at("/shipTo/zipCode"),
        wrong("/shipTo/country", "\"DE\"", "type character"),
        wrong("/billTo/street", "null", "type string"),
        twice("/billTo/zipCode", "\"2\""),
        wrong("/currency", "\"eur\"", "one_of EUR|USD ?EUR"),
        extra("/note", "unknown_field"),
    ])
}

fn geometry() -> Shape {
    #[derive(Deserialize)]
    #[serde(tag = "type", content = "coordinates")]
    enum Geometry {
        Point((f64, f64)),
        LineString(Vec<(f64, f64)>),
        Polygon(Vec<Vec<[f64; 2]>>),
    }

    #[derive(Deserialize)]
    struct Feature {
        geometry: Geometry,
        properties: Option<BTreeMap<String, String>>,
        bbox: [f64; 4],
    }

    let body = r#"[
        {"geometry": {"type": "Point", "coordinates": [1, 2]}, "properties": {"a": "b"},
            "bbox": [0, 0, 1, 1]},
        {"geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}, "bbox": [0, 0, 1, 1]},
        {"geometry": {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}, "bbox": [0, 0, 1, 1]}
    ]"#;
    Shape::json::<Vec<Feature>>("geometry", body).with([
        wrong("/0/geometry/coordinates", "[1]", "length 2"),
        wrong("/0/geometry/coordinates/1", "\"2\"", "type number"),
        wrong("/0/properties/a", "1", "type string"),
        wrong("/1/geometry/coordinates/0", "{}", "type array"),
        wrong("/1/bbox", "[0, 0, 1]", "length 4"),
        wrong("/2/geometry/coordinates/0/1/0", "null", "type number"),
        wrong("/2/geometry/type", "\"Poligon\"", "one_of Point|LineString|Polygon ?Polygon"),
        lacks("/2/bbox"),
        lacks("/0/geometry"),
    ])
}

fn deployment() -> Shape {
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Deployment {
        image: String,
        replicas: u8,
        environment: BTreeMap<String, String>,
        probes: Vec<Probe>,
        webhook: Option<Url>,
        #[serde(default)]
        resources: Resources,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
    enum Probe {
        Http { path: String, status_code: u16 },
        Tcp(u16),
        Never,
    }

    #[derive(Default, Deserialize)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
    struct Resources {
        milli_cpu: u32,
        memory: Option<u64>,
    }

    let body = r#"{
        "image": "a", "replicas": 2, "environment": {"A": "b", "C": "d"},
        "probes": [{"http": {"path": "/", "status-code": 200}}, {"tcp": 80}, "never"],
        "webhook": "https://a.example", "resources": {"milli-cpu": 100, "memory": 5}
    }"#;
    Shape::json::<Deployment>("a deployment", body).with([
        wrong("/replicas", "\"2\"", "type integer"),
        wrong("/environment/A", "1", "type string"),
        lacks("/probes/0/http/path"),
        wrong("/probes/0/http/status-code", "70000", "range 0..65535"),
        wrong("/probes/1/tcp", "-1", "range 0..65535"),
        wrong("/probes/2", "\"nevr\"", "one_of http|tcp|never ?never"),
        wrong("/webhook", "\"a.example\"", "invalid"),
        key("/resources/milli-cpu", "milli_cpu", "unknown_field ?milli-cpu"),
        wrong("/resources/memory", "\"5\"", "type integer"),
        lacks("/image"),
    ])
}

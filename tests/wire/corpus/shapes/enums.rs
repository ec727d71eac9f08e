//! Externally tagged enums.

use serde::Deserialize;

use crate::corpus::mistake::{extra, lacks, twice, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![variants(), others(), strict(), aliases()]
}

fn variants() -> Shape {
    #[derive(Deserialize)]
    enum Figure {
        Point,
        Circle(f64),
        Line(i8, i8),
        Box { width: u8, height: u8 },
        Named(Named),
    }

    #[derive(Deserialize)]
    struct Named {
        name: String,
        figures: Vec<Figure>,
    }

    let body = r#"[
        "Point", {"Circle": 1.5}, {"Line": [1, 2]}, {"Box": {"width": 1, "height": 2}},
        {"Named": {"name": "a", "figures": ["Point", {"Circle": 2}]}}
    ]"#;
    Shape::json::<Vec<Figure>>("externally tagged enums", body).with([
        wrong("/0", "\"Pont\"", "one_of Point|Circle|Line|Box|Named ?Point"),
        wrong("/0", "7", "one_of Point|Circle|Line|Box|Named"),
        wrong("/1/Circle", "\"1.5\"", "type number"),
        wrong("/1", "\"Circle\"", "type object"),
        wrong("/2/Line", "[1]", "length 2"),
        wrong("/2/Line/1", "200", "range -128..127"),
        lacks("/3/Box/width"),
        wrong("/3/Box/height", "null", "type integer"),
        twice("/3/Box/height", "3"),
        wrong("/4/Named/figures/1/Circle", "[]", "type number"),
        lacks("/4/Named/name"),
        wrong("/4/Named/figures/0", "{\"Star\": 1}", "one_of Point|Circle|Line|Box|Named"),
    ])
}

fn others() -> Shape {
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Level {
        Low,
        #[serde(other)]
        Unknown,
    }

    #[derive(Deserialize)]
    struct Alarm {
        level: Level,
        levels: Vec<Level>,
        text: String,
    }

    let body = r#"{"level": "whatever", "levels": ["low", "high"], "text": "a"}"#;
    Shape::json::<Alarm>("other", body).with([
        wrong("/level", "7", "one_of low|unknown"),
        wrong("/levels/1", "null", "one_of low|unknown"),
        wrong("/levels", "\"low\"", "type array"),
        wrong("/text", "1", "type string"),
        lacks("/level"),
    ])
}

fn strict() -> Shape {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "lowercase")]
    enum Change {
        Add { path: String, value: u8 },
        Remove { path: String },
    }

    let body = r#"[{"add": {"path": "/a", "value": 1}}, {"remove": {"path": "/b"}}]"#;
    Shape::json::<Vec<Change>>("enums that take nothing else", body).with([
        extra("/0/add/valu", "unknown_field ?value"),
        extra("/1/remove/value", "unknown_field"),
        lacks("/0/add/path"),
        wrong("/0/add/value", "\"1\"", "type integer"),
        lacks("/1/remove/path"),
        wrong("/1", "{\"delete\": {}}", "one_of add|remove"),
        wrong("/1", "{}", "one_of add|remove"),
    ])
}

fn aliases() -> Shape {
    #[derive(Deserialize)]
    enum Unit {
        #[serde(rename = "kg", alias = "kilogram")]
        Kilogram,
        #[serde(rename = "g", alias = "gram")]
        Gram,
    }

    #[derive(Deserialize)]
    struct Weight {
        unit: Unit,
        others: Vec<Unit>,
        value: f32,
    }

    let body = r#"{"unit": "kilogram", "others": ["g", "kg"], "value": 1}"#;
    Shape::json::<Weight>("variants with aliases", body).with([
        wrong("/unit", "\"lb\"", "one_of kg|kilogram|g|gram"),
        wrong("/others/0", "\"gramm\"", "one_of kg|kilogram|g|gram ?gram"),
        wrong("/others/1", "1", "one_of kg|kilogram|g|gram"),
        wrong("/value", "\"1\"", "type number"),
        lacks("/unit"),
    ])
}

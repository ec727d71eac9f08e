//! Names in the input that differ from the names in Rust.

use serde::Deserialize;

use crate::corpus::mistake::{extra, key, lacks, twice, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![renamed(), every_style(), styles_of_variants(), rename_all_fields(), aliases(), denying()]
}

fn renamed() -> Shape {
    #[derive(Deserialize)]
    struct Account {
        #[serde(rename = "accountId")]
        id: u32,
        #[serde(rename = "a/b~c")]
        odd: bool,
        #[serde(rename = "größe")]
        size: f32,
        r#type: String,
    }

    let body = r#"{"accountId": 1, "a/b~c": true, "größe": 1.5, "type": "x"}"#;
    Shape::json::<Account>("renamed fields", body).with([
        wrong("/accountId", "\"1\"", "type integer"),
        wrong("/accountId", "4294967296", "range 0..4294967295"),
        lacks("/accountId"),
        key("/accountId", "id", "required").at("/accountId"),
        wrong("/a~1b~0c", "1", "type boolean"),
        lacks("/a~1b~0c"),
        wrong("/größe", "\"1.5\"", "type number").at("/gr%C3%B6%C3%9Fe"),
        wrong("/type", "[]", "type string"),
        twice("/type", "\"y\""),
    ])
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
struct Lower {
    unit_price: u8,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Upper {
    unit_price: u8,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pascal {
    unit_price: u8,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Camel {
    unit_price: u8,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
struct Snake {
    unit_price: u8,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct ScreamingSnake {
    unit_price: u8,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Kebab {
    unit_price: u8,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
struct ScreamingKebab {
    unit_price: u8,
}

fn every_style() -> Shape {
    #[derive(Deserialize)]
    struct Styles {
        lower: Lower,
        upper: Upper,
        pascal: Pascal,
        camel: Camel,
        snake: Snake,
        screaming_snake: ScreamingSnake,
        kebab: Kebab,
        screaming_kebab: ScreamingKebab,
    }

    let body = r#"{
        "lower": {"unit_price": 1}, "upper": {"UNIT_PRICE": 1}, "pascal": {"UnitPrice": 1},
        "camel": {"unitPrice": 1}, "snake": {"unit_price": 1},
        "screaming_snake": {"UNIT_PRICE": 1}, "kebab": {"unit-price": 1},
        "screaming_kebab": {"UNIT-PRICE": 1}
    }"#;
    Shape::json::<Styles>("all eight styles of fields", body).with([
        lacks("/lower/unit_price"),
        lacks("/upper/UNIT_PRICE"),
        lacks("/pascal/UnitPrice"),
        key("/camel/unitPrice", "unit_price", "required").at("/camel/unitPrice"),
        wrong("/snake/unit_price", "-1", "range 0..255"),
        wrong("/screaming_snake/UNIT_PRICE", "1.5", "type integer"),
        lacks("/kebab/unit-price"),
        key("/screaming_kebab/UNIT-PRICE", "UNIT_PRICE", "required")
            .at("/screaming_kebab/UNIT-PRICE"),
    ])
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
enum Loud {
    InTransit,
    AtHome,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Camels {
    InTransit,
    AtHome,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Lowers {
    InTransit,
    #[serde(rename = "home")]
    AtHome,
}

fn styles_of_variants() -> Shape {
    #[derive(Deserialize)]
    struct Parcels {
        loud: Loud,
        camel: Vec<Camels>,
        lower: Lowers,
    }

    let body = r#"{"loud": "IN-TRANSIT", "camel": ["inTransit", "atHome"], "lower": "intransit"}"#;
    Shape::json::<Parcels>("styles of variants", body).with([
        wrong("/loud", "\"InTransit\"", "one_of IN-TRANSIT|AT-HOME ?IN-TRANSIT"),
        wrong("/loud", "null", "one_of IN-TRANSIT|AT-HOME"),
        wrong("/camel/0", "\"in_transit\"", "one_of inTransit|atHome ?inTransit"),
        wrong("/camel/1", "7", "one_of inTransit|atHome"),
        wrong("/lower", "\"at_home\"", "one_of intransit|home ?home"),
        lacks("/lower"),
    ])
}

fn rename_all_fields() -> Shape {
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case", rename_all_fields = "camelCase")]
    enum Command {
        MoveTo { new_place: String, at_once: bool },
        StandStill {},
    }

    let body = r#"[{"move-to": {"newPlace": "x", "atOnce": true}}, {"stand-still": {}}]"#;
    Shape::json::<Vec<Command>>("rename_all_fields", body).with([
        lacks("/0/move-to/newPlace"),
        wrong("/0/move-to/atOnce", "\"true\"", "type boolean"),
        key("/0/move-to/atOnce", "at_once", "required").at("/0/move-to/atOnce"),
        wrong("/0/move-to", "[]", "type object"),
        wrong("/1", "\"stand_still\"", "one_of move-to|stand-still ?stand-still"),
        wrong("/1/stand-still", "null", "type object"),
    ])
}

fn aliases() -> Shape {
    #[derive(Deserialize)]
    struct Contact {
        #[serde(alias = "mail", alias = "e-mail")]
        email: String,
        #[serde(alias = "tel")]
        phone: Option<String>,
        #[serde(alias = "years")]
        age: u8,
    }

    let body = r#"{"e-mail": "a@b.example", "tel": "1", "years": 40}"#;
    Shape::json::<Contact>("aliases", body).with([
        wrong("/e-mail", "1", "type string"),
        lacks("/e-mail").at("/email"),
        wrong("/tel", "1", "type string"),
        wrong("/years", "400", "range 0..255"),
        wrong("/years", "\"40\"", "type integer"),
        lacks("/years").at("/age"),
    ])
}

fn denying() -> Shape {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "camelCase")]
    struct Signup {
        user_name: String,
        password: String,
        terms: Terms,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Terms {
        accepted: bool,
        #[serde(default)]
        version: u16,
    }

    let body = r#"{"userName": "a", "password": "b", "terms": {"accepted": true, "version": 2}}"#;
    Shape::json::<Signup>("deny_unknown_fields", body).with([
        extra("/usrName", "unknown_field ?userName"),
        extra("/admin", "unknown_field"),
        extra("/terms/versoin", "unknown_field ?version"),
        extra("/terms/x~1y", "unknown_field"),
        key("/password", "passwort", "unknown_field ?password").and("/password required"),
        lacks("/userName"),
        lacks("/terms/accepted"),
        wrong("/terms/version", "\"2\"", "type integer"),
        twice("/terms/accepted", "false"),
        wrong("/terms", "null", "type object"),
    ])
}

//! Types of the standard library.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::{Bound, Range, RangeInclusive};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde::Deserialize;

use crate::corpus::mistake::{lacks, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![times(), ranges(), addresses(), results()]
}

fn times() -> Shape {
    #[derive(Deserialize)]
    struct Job {
        timeout: Duration,
        started: SystemTime,
        retries: Vec<Duration>,
    }

    let body = r#"{
        "timeout": {"secs": 1, "nanos": 0},
        "started": {"secs_since_epoch": 1, "nanos_since_epoch": 0},
        "retries": [{"secs": 1, "nanos": 0}, {"secs": 2, "nanos": 0}]
    }"#;
    Shape::json::<Job>("Duration and SystemTime", body).with([
        wrong("/timeout/secs", "-1", "range 0..18446744073709551615"),
        wrong("/timeout/nanos", "\"0\"", "type integer"),
        wrong("/timeout", "30", "type object"),
        lacks("/started/secs_since_epoch"),
        wrong("/started/nanos_since_epoch", "4294967296", "range 0..4294967295"),
        lacks("/retries/0/nanos"),
        wrong("/retries/1", "\"2s\"", "type object"),
        lacks("/timeout"),
    ])
}

fn ranges() -> Shape {
    #[derive(Deserialize)]
    struct Slots {
        range: Range<u8>,
        inclusive: RangeInclusive<i16>,
        bound: Bound<u8>,
        open: Bound<u8>,
    }

    let body = r#"{
        "range": {"start": 1, "end": 2}, "inclusive": {"start": -1, "end": 1},
        "bound": {"Included": 1}, "open": "Unbounded"
    }"#;
    Shape::json::<Slots>("ranges and bounds", body).with([
        wrong("/range/start", "\"1\"", "type integer"),
        lacks("/range/end"),
        wrong("/range", "[1, 2, 3]", "type object"),
        wrong("/inclusive/end", "99999", "range -32768..32767"),
        wrong("/bound/Included", "256", "range 0..255"),
        wrong("/open", "\"None\"", "one_of Unbounded|Included|Excluded"),
    ])
}

fn addresses() -> Shape {
    #[derive(Deserialize)]
    struct Listen {
        v4: Ipv4Addr,
        v6: Ipv6Addr,
        any: IpAddr,
        socket: SocketAddr,
        peers: Vec<SocketAddr>,
        root: PathBuf,
    }

    let body = r#"{
        "v4": "127.0.0.1", "v6": "::1", "any": "10.0.0.1", "socket": "127.0.0.1:80",
        "peers": ["[::1]:80", "10.0.0.1:8080"], "root": "/srv"
    }"#;
    Shape::json::<Listen>("addresses and paths", body).with([
        wrong("/v4", "\"localhost\"", "invalid"),
        wrong("/v4", "127", "type string"),
        wrong("/v6", "\"127.0.0.1\"", "invalid"),
        wrong("/any", "\"\"", "invalid"),
        wrong("/socket", "\"127.0.0.1\"", "invalid"),
        wrong("/peers/0", "\"::1\"", "invalid"),
        wrong("/peers/1", "null", "type string"),
        wrong("/root", "[]", "type string"),
        lacks("/socket"),
    ])
}

fn results() -> Shape {
    #[derive(Deserialize)]
    struct Failure {
        code: u16,
    }

    type Outcomes = Vec<Result<String, Failure>>;

    Shape::json::<Outcomes>("results", r#"[{"Ok": "a"}, {"Err": {"code": 1}}, {"Ok": "b"}]"#).with(
        [
            wrong("/0/Ok", "1", "type string"),
            lacks("/1/Err/code"),
            wrong("/1/Err", "\"x\"", "type object"),
            wrong("/2", "{\"ok\": \"b\"}", "one_of Ok|Err ?Ok"),
            wrong("/2", "\"b\"", "one_of Ok|Err"),
        ],
    )
}

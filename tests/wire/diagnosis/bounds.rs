use std::fmt::Write;
use std::time::Instant;

use serde::Deserialize;
use uuid::Uuid;

use super::support::told;

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Row {
    id: Uuid,
    qty: u8,
    name: String,
    #[serde(flatten)]
    rest: std::collections::HashMap<String, u8>,
}

#[derive(Deserialize)]
#[serde(tag = "kind")]
#[expect(dead_code, reason = "only read")]
enum Tagged {
    A { id: Uuid, qty: u8 },
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Plain {
    id: Uuid,
    qty: u8,
    name: String,
}

fn timed<T: serde::de::DeserializeOwned + Send>(name: &str, body: &str) {
    let start = Instant::now();
    let found = told::<T>(body).len();
    println!("{name}: {} KiB, {found} found in {:?}", body.len() / 1024, start.elapsed());
}

#[test]
#[ignore = "scratch"]
fn times() {
    let id = "11111111-1111-4111-8111-111111111111";
    for rows in [5_000, 10_000] {
        let list = |row: &dyn Fn(usize) -> String| {
            let mut body = String::from("[");
            for i in 0..rows {
                if i > 0 {
                    body.push(',');
                }
                body.push_str(&row(i));
            }
            body.push(']');
            body
        };
        let every = rows / 101;
        timed::<Vec<Plain>>(
            "plain, types",
            &list(&|i| {
                format!(
                    r#"{{"id":"{id}","qty":{},"name":"some name {i}"}}"#,
                    if i % every == 0 { "\"x\"" } else { "1" }
                )
            }),
        );
        timed::<Vec<Plain>>(
            "plain, uuids",
            &list(&|i| {
                format!(
                    r#"{{"id":"{}","qty":1,"name":"some name {i}"}}"#,
                    if i % every == 0 { "x" } else { id }
                )
            }),
        );
        timed::<Vec<Plain>>(
            "plain, missing",
            &list(&|i| {
                format!(
                    r#"{{"id":"{id}",{}"name":"some name {i}"}}"#,
                    if i % every == 0 { "" } else { "\"qty\":1," }
                )
            }),
        );
        timed::<Vec<Row>>(
            "flat, types",
            &list(&|i| {
                format!(
                    r#"{{"id":"{id}","qty":{},"name":"some name {i}","a":1}}"#,
                    if i % every == 0 { "\"x\"" } else { "1" }
                )
            }),
        );
        timed::<Vec<Row>>(
            "flat, inner",
            &list(&|i| {
                format!(
                    r#"{{"id":"{id}","qty":1,"name":"some name {i}","a":{}}}"#,
                    if i % every == 0 { "\"x\"" } else { "1" }
                )
            }),
        );
        timed::<Vec<Tagged>>(
            "tagged, types",
            &list(&|i| {
                format!(
                    r#"{{"kind":"A","id":"{id}","qty":{}}}"#,
                    if i % every == 0 { "\"x\"" } else { "1" }
                )
            }),
        );
        timed::<Vec<Tagged>>(
            "tagged, uuid",
            &list(&|i| {
                format!(
                    r#"{{"kind":"A","id":"{}","qty":1}}"#,
                    if i % every == 0 { "x" } else { id }
                )
            }),
        );
        timed::<Vec<Tagged>>(
            "tagged, missing",
            &list(&|i| {
                format!(
                    r#"{{"kind":"A","id":"{id}"{}}}"#,
                    if i % every == 0 { "" } else { ",\"qty\":1" }
                )
            }),
        );
        timed::<Vec<(Uuid, u8)>>(
            "tuples of uuid",
            &list(&|i| format!(r#"["{}",1]"#, if i % every == 0 { "x" } else { id })),
        );
        timed::<std::collections::HashMap<String, Uuid>>(
            "map of uuid",
            &format!(
                "{{{}}}",
                (0..rows)
                    .map(|i| format!("\"{i}\":\"{}\"", if i % every == 0 { "x" } else { id }))
                    .collect::<Vec<_>>()
                    .join(",")
            ),
        );
        let mut all_bad = String::from("[");
        for i in 0..rows {
            write!(all_bad, "{}\"x{i}\"", if i > 0 { "," } else { "" }).unwrap();
        }
        all_bad.push(']');
        timed::<Vec<Uuid>>("all bad", &all_bad);
        timed::<Vec<u8>>("ones", &format!("[{}\"x\"]", "1,".repeat(rows * 50)));
    }
}

//! Metrics and spans contain neither what a client sends nor the texts of errors.

use axum::Router;
use axum::body::Body;
use definable_errors::ApiErrorLayer;
use definable_errors::report::Metrics;
use http::{Method, Request};
use metrics::set_default_local_recorder;
use metrics_exporter_prometheus::PrometheusBuilder;
use support::send;

use super::operators::planted;
use super::{checking, credentials, error_sources, extracting, requests};
use crate::spans::Spans;

/// Requests whose path, query and method contain a canary.
fn unknown() -> Vec<Request<Body>> {
    let methods = [Method::GET, Method::from_bytes(b"HUNTER3").unwrap()];
    let paths = ["/hunter3", "/hunter3/hunter3?hunter3=hunter3"];
    let all =
        methods.iter().flat_map(|method| paths.map(|path| support::request(method.clone(), path)));
    all.collect()
}

#[tokio::test]
async fn labels_and_attributes_contain_no_canary() {
    let cases: [(&str, Router, Vec<Request<Body>>, usize); 6] = [
        ("our errors", error_sources::ours(), requests::ours(&Method::GET), 10),
        ("foreign errors", error_sources::foreign(), requests::foreign(&Method::GET), 5),
        ("bodies", error_sources::ours(), requests::posted(), 1),
        ("extractors", extracting::app(), extracting::requests(), 10),
        ("rules", checking::app(), checking::requests(), 1),
        ("credentials", credentials::routes(), credentials::requests(), 5),
    ];
    for (what, app, requests, series) in cases {
        let recorder = PrometheusBuilder::new().build_recorder();
        let _guard = set_default_local_recorder(&recorder);
        let spans = Spans::new();
        let app = spans.around(app.layer(ApiErrorLayer::new().report(Metrics::new())));
        for request in requests.into_iter().map(planted).chain(unknown()) {
            send(app.clone(), request).await;
        }
        let scrape = recorder.handle().render().to_lowercase();
        let counts = scrape.lines().filter(|line| line.starts_with("problems_total{")).count();
        assert!(counts >= series, "{what}: {counts}");
        let spans = spans.take();
        let attributes = spans.iter().flat_map(|span| &span.attributes);
        let attributes = format!("{:?}", attributes.collect::<Vec<_>>()).to_lowercase();
        assert!(attributes.contains("problem.code"), "{what}");
        let statuses: Vec<_> = spans.iter().map(|span| format!("{:?}", span.status)).collect();
        for all in [scrape, attributes, statuses.concat().to_lowercase()] {
            // The code for operators of an error, and a route: the service itself chose these names.
            let all = all.replace("hunter2_canary", "").replace("\"/hunter2-canary\"", "");
            assert!(!all.contains("hunter"), "{what}: {all}");
        }
    }
}

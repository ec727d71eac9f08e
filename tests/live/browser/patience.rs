//! A page that waits as long as `Retry-After` asks.

use serde_json::json;
use support::needs;

use super::reads::task;
use super::{Site, service};

#[tokio::test]
async fn page_that_waits_for_retry_after_is_admitted() {
    needs!(Chromium);
    let site = Site::new().await;
    let service = service(&site.origin()).await;
    let request = json!({ "url": "/quota", "patient": true });
    let tasks = vec![task(service, &request, "omit")];
    let origin = site.origin();
    let answers = site.read(&origin, tasks).await;
    let [answers] = &*answers else { panic!("{answers:?}") };
    // There are more than two if the machine pauses so long that the quota is available again.
    assert!(answers["before"].as_array().unwrap().len() >= 2, "{answers}");
    assert_eq!(answers["first"]["status"], 429);
    assert_eq!(answers["first"]["headers"]["x-ratelimit-remaining"], "0");
    assert_eq!(answers["second"]["status"], 200, "{answers}");
}

use serde_json::json;

use super::reads::task;
use super::{Site, service};

#[tokio::test]
async fn a_page_that_waits_as_long_as_it_is_told_is_let_in() {
    let site = Site::new().await;
    let service = service(&site.origin()).await;
    let request = json!({ "url": "/quota", "patient": true });
    let tasks = vec![task(service, &request, "omit")];
    let origin = site.origin();
    let answers = site.read(&origin, tasks, "patience").await;
    let [answers] = &*answers else { panic!("{answers:?}") };
    // More than two, where the machine stands still for so long that the quota is whole again.
    assert!(answers["before"].as_array().unwrap().len() >= 2, "{answers}");
    assert_eq!(answers["first"]["status"], 429);
    assert_eq!(answers["first"]["headers"]["x-ratelimit-remaining"], "0");
    assert_eq!(answers["second"]["status"], 200, "{answers}");
}

use serde_json::json;

use super::reads::task;
use super::{Site, service};

// S-26
#[tokio::test]
async fn a_page_that_waits_as_long_as_it_is_told_is_let_in() {
    let site = Site::new().await;
    let service = service(&site.origin()).await;
    let request = json!({ "url": "/quota", "patient": true });
    let tasks = vec![task(service, &request, "omit"); 3];
    let origin = site.origin();
    let answers = site.read(&origin, tasks, "patience").await;
    let [one, two, three] = &*answers else { panic!("{answers:?}") };
    assert_eq!((&one["status"], &two["status"]), (&200.into(), &200.into()));
    assert_eq!(three["first"]["status"], 429);
    assert_eq!(three["first"]["headers"]["x-ratelimit-remaining"], "0");
    assert_eq!(three["second"]["status"], 200, "{three}");
}

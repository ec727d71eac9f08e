//! A user agent that logs in as a user does, and can stop at any request.

use std::net::SocketAddr;

use axum::body::Body;
use http::{HeaderValue, Method, Request, header};
use support::{Answer, send_to};
use url::Url;

use super::Shop;

/// A cookie; those of all ports of a host are shared.
#[derive(Debug, Clone)]
struct Cookie {
    name: String,
    value: String,
    path: String,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Agent {
    cookies: Vec<Cookie>,
}

impl Agent {
    /// Sends a request with the cookies for its path, and stores those of the response.
    pub(super) async fn get(&mut self, url: &str) -> Answer {
        self.send(Method::GET, url, "").await
    }

    async fn send(&mut self, method: Method, url: &str, body: &'static str) -> Answer {
        let url: Url = url.parse().unwrap();
        let address: SocketAddr = url.socket_addrs(|| None).unwrap()[0];
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .header(header::HOST, address.to_string())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        let sent = self.cookies.iter().filter(|cookie| url.path().starts_with(&cookie.path));
        let pairs: Vec<_> =
            sent.map(|Cookie { name, value, .. }| format!("{name}={value}")).collect();
        if !pairs.is_empty() {
            let value = HeaderValue::from_str(&pairs.join("; ")).unwrap();
            request.headers_mut().insert(header::COOKIE, value);
        }
        let answer = send_to(address, request).await;
        for set in answer.headers.get_all(header::SET_COOKIE) {
            self.store(set.to_str().unwrap());
        }
        answer
    }

    fn store(&mut self, set: &str) {
        let mut parts = set.split(';').map(str::trim);
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let attributes: Vec<_> =
            parts.map(|part| part.split_once('=').unwrap_or((part, ""))).collect();
        let attribute = |name: &str| {
            let mut all = attributes.iter();
            all.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
        };
        let path = attribute("path");
        let path = path.unwrap_or("/").to_owned();
        self.cookies.retain(|known| (&*known.name, &known.path) != (name, &path));
        let is_removed = value.is_empty()
            || attribute("max-age") == Some("0")
            || attribute("expires").is_some_and(|date| date.contains("1970"));
        if !is_removed {
            self.cookies.push(Cookie { name: name.to_owned(), value: value.to_owned(), path });
        }
    }

    /// Starts a login, and logs in at the provider. Returns the URL of the callback, which was not
    /// called.
    pub(super) async fn log_in(&mut self, shop: &Shop, query: &str) -> String {
        let answer = self.get(&shop.start(query)).await;
        assert_eq!(answer.status, 303, "{answer}");
        self.at_provider(shop, answer.header("location").unwrap().to_owned()).await
    }

    /// Plays the user on the provider's pages, from a URL until the callback.
    pub(super) async fn at_provider(&mut self, shop: &Shop, mut url: String) -> String {
        for _ in 0..20 {
            if url.starts_with(&shop.callback()) {
                return url;
            }
            let mut answer = self.get(&url).await;
            if answer.status == 200 {
                let form = form(&answer.body);
                answer = self.send(Method::POST, &form.0, form.1).await;
            }
            assert!(answer.status.is_redirection(), "{url}: {answer}");
            let location = answer.header("location").unwrap();
            url = Url::parse(&url).unwrap().join(location).unwrap().into();
        }
        panic!("the provider does not send the user back: {url}");
    }
}

/// Returns where the form of a page is sent, and its content.
fn form(page: &str) -> (String, &'static str) {
    let (_, rest) = page.split_once("action=\"").unwrap_or_else(|| panic!("no form: {page}"));
    let (action, _) = rest.split_once('"').unwrap();
    if page.contains("name=\"login\"") {
        (action.to_owned(), "prompt=login&login=ada&password=any")
    } else {
        (action.to_owned(), "prompt=consent")
    }
}

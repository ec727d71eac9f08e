use reqwest::Url;
use reqwest::redirect::Policy;

/// The maximum number of redirects that are followed.
const MAX_REDIRECTS: usize = 3;

/// Returns whether keys from this URL can be trusted: it uses TLS, or is on this machine.
pub(super) fn is_trusted(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => is_loopback(host),
        _ => false,
    }
}

/// Allows redirects only to the same kind of address, so that no redirect leads from TLS to the
/// machine's own ports.
pub(super) fn redirects(first: &Url) -> Policy {
    let scheme = first.scheme().to_owned();
    Policy::custom(move |attempt| {
        let is_same = attempt.url().scheme() == scheme && is_trusted(attempt.url());
        match is_same && attempt.previous().len() <= MAX_REDIRECTS {
            true => attempt.follow(),
            false => attempt.error("a redirect that is not followed"),
        }
    })
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<std::net::IpAddr>().is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_over_tls_or_from_this_machine() {
        let trusted = |url: &str| is_trusted(&url.parse().unwrap());
        for url in
            ["https://a.example/k", "http://127.0.0.1:8/k", "http://[::1]/k", "http://localhost/k"]
        {
            assert!(trusted(url), "{url}");
        }
        for url in [
            "http://a.example/k",
            "http://10.0.0.1/k",
            "http://localhost.a.example/k",
            "file:///k",
            "ftp://127.0.0.1/k",
            "http://127.0.0.1.a.example/",
            "data:,a",
        ] {
            assert!(!trusted(url), "{url}");
        }
    }
}

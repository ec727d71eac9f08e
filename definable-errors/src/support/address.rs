//! Addresses of servers that issue tokens and keys, which have to be authentic.

use reqwest::Url;

/// Returns whether what comes from this URL can be trusted: it uses TLS, or is on this machine.
pub(crate) fn is_authentic(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => is_loopback(host),
        _ => false,
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<std::net::IpAddr>().is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_has_tls_or_is_on_this_machine() {
        let is_authentic = |url: &str| is_authentic(&url.parse().unwrap());
        for url in
            ["https://a.example/k", "http://127.0.0.1:8/k", "http://[::1]/k", "http://localhost/k"]
        {
            assert!(is_authentic(url), "{url}");
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
            assert!(!is_authentic(url), "{url}");
        }
    }
}

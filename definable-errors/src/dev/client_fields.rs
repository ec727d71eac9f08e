//! The header fields that a plain client sends: a browser, `curl`, an HTTP library, the service's
//! own front end.
//!
//! Proxies, tunnels and content delivery networks add fields of hundreds of names, and new ones
//! every year, so they cannot be listed: a field that is not in this list may be from one of them.

use http::HeaderName;

const NAMES: &[&str] = &[
    "accept",
    "api-key",
    "apikey",
    "api-version",
    "authorization",
    "b3",
    "baggage",
    "cache-control",
    "client-version",
    "connect-protocol-version",
    "connect-timeout-ms",
    "connection",
    "cookie",
    "correlation-id",
    "date",
    "device-memory",
    "dnt",
    "downlink",
    "dpop",
    "dpr",
    "ect",
    "expect",
    "from",
    "grpc-accept-encoding",
    "grpc-encoding",
    "grpc-timeout",
    "host",
    "http2-settings",
    "idempotency-key",
    "keep-alive",
    "last-event-id",
    "mcp-protocol-version",
    "mcp-session-id",
    "method-override",
    "origin",
    "ping-from",
    "ping-to",
    "postman-token",
    "pragma",
    "prefer",
    "priority",
    "purpose",
    "range",
    "referer",
    "request-id",
    "request-start-time",
    "rsc",
    "rtt",
    "save-data",
    "sentry-trace",
    "service-worker",
    "signature",
    "signature-input",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "turbo-frame",
    "upgrade",
    "upgrade-insecure-requests",
    "user-agent",
    "viewport-width",
    "want-content-digest",
    "width",
    "x-access-token",
    "x-account-id",
    "x-api-key",
    "x-api-token",
    "x-api-version",
    "x-app-version",
    "x-auth-token",
    "x-client-id",
    "x-client-version",
    "x-correlation-id",
    "x-csrf-token",
    "x-csrftoken",
    "x-device-id",
    "x-grpc-web",
    "x-http-method-override",
    "x-idempotency-key",
    "x-org-id",
    "x-organization-id",
    "x-project-id",
    "x-request-id",
    "x-requested-with",
    "x-schemathesis-testcaseid",
    "x-session-id",
    "x-tenant",
    "x-tenant-id",
    "x-timezone",
    "x-trace-id",
    "x-user-agent",
    "x-user-id",
    "x-workspace-id",
    "x-xsrf-token",
];

/// Prefixes of names: those that browsers reserve for themselves, and those that front-end
/// libraries send.
const PREFIXES: &[&str] = &[
    "accept-",
    "access-control-request-",
    "apollo",
    "content-",
    "datastar-",
    "hx-",
    "if-",
    "next-",
    "sec-",
    "trpc-",
    "x-apollo-",
    "x-inertia",
    "x-stainless-",
    "x-sveltekit-",
    "x-trpc-",
    "x-turbo-",
    "x-up-",
];

/// Whether a plain client sends a field of this name.
pub(super) fn is_known(name: &HeaderName) -> bool {
    let name = name.as_str();
    NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Clients that close the connection after one response and declare this; others that do are
/// proxies.
const CLOSING_AGENTS: [&str; 7] =
    ["python-urllib/", "ruby", "node-fetch/", "axios/", "php", "perl", "lwp::simple/"];

/// Whether the value of `Connection` is one that a client with this `User-Agent` sends. A proxy
/// that forwards each request on a connection of its own sends `close` on behalf of any client.
pub(super) fn is_connection_plain(value: &str, user_agent: Option<&str>) -> bool {
    let is_closing = user_agent.is_none_or(|agent| {
        let agent = agent.to_ascii_lowercase();
        CLOSING_AGENTS.iter().any(|closing| agent.starts_with(closing))
    });
    value.split(',').all(|option| match &*option.trim().to_ascii_lowercase() {
        "close" => is_closing,
        option => matches!(option, "" | "keep-alive" | "upgrade" | "http2-settings" | "te"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_all_known(names: &str) -> bool {
        names.split_whitespace().all(|name| is_known(&HeaderName::try_from(name).unwrap()))
    }

    #[test]
    fn what_plain_clients_send_is_known() {
        let browser = "host connection cache-control sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform \
            upgrade-insecure-requests user-agent accept sec-fetch-site sec-fetch-mode \
            sec-fetch-user sec-fetch-dest accept-encoding accept-language cookie dnt sec-gpc \
            priority te origin referer content-type content-length if-none-match last-event-id \
            access-control-request-method access-control-request-headers pragma range \
            sec-websocket-key sec-websocket-version sec-websocket-extensions upgrade";
        let tools = "host user-agent accept expect content-length transfer-encoding postman-token \
            accept-charset authorization x-requested-with";
        let own = "x-api-key x-request-id x-csrf-token idempotency-key traceparent tracestate \
            x-tenant-id x-correlation-id if-match hx-request hx-current-url";
        assert!([browser, tools, own].into_iter().all(is_all_known));
    }

    #[test]
    fn what_proxies_add_is_not_known() {
        let fields = "forwarded via x-forwarded-for x-forwarded-host x-forwarded-proto \
            x-forwarded-port x-forwarded-server x-forwarded-prefix x-forwarded x-real-ip \
            x-client-ip x-cluster-client-ip client-ip true-client-ip cf-connecting-ip cf-ray \
            cf-visitor cf-ipcountry cdn-loop x-original-host x-original-forwarded-for \
            x-original-uri x-rewrite-url x-amzn-trace-id x-amz-cf-id x-envoy-external-address \
            x-envoy-expected-rq-timeout-ms fly-client-ip fly-forwarded-proto fastly-client-ip \
            x-azure-clientip x-azure-fdid x-arr-ssl x-appengine-country x-cloud-trace-context \
            x-vercel-id x-nf-client-connection-ip x-varnish surrogate-capability front-end-https \
            x-scheme x-proxyuser-ip wl-proxy-client-ip proxy-connection proxy-authorization \
            max-forwards x-remote-addr remote-addr x-host x-request-start x-queue-start \
            tailscale-user-login ngrok-trace-id x-accel-internal x-ssl-cipher x-unique-id \
            akamai-origin-hop x-sucuri-clientip incap-client-ip do-connecting-ip \
            x-b3-traceid x-datadog-trace-id";
        for name in fields.split_whitespace() {
            assert!(!is_all_known(name), "{name}");
        }
    }

    #[test]
    fn close_is_what_a_proxy_says_for_a_client_that_does_not() {
        let says = is_connection_plain;
        for value in ["keep-alive", "Keep-Alive", "Upgrade, HTTP2-Settings", "keep-alive, Upgrade"]
        {
            assert!(says(value, Some("curl/8.5.0")) && says(value, None), "{value}");
        }
        assert!(says("close", None) && says("close", Some("Python-urllib/3.12")));
        for agent in ["curl/8.5.0", "Mozilla/5.0 (X11)", "python-requests/2.32", ""] {
            assert!(!says("close", Some(agent)) && !says("keep-alive, close", Some(agent)));
        }
        assert!(!says("x-real-ip", None) && !says("keep-alive, x-hop", Some("curl/8.5.0")));
    }
}

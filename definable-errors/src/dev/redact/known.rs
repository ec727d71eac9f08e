//! Values that are known to be harmless: names whose values are shown, and values that are shown
//! under any name that is not a secret's.
//!
//! The names of secrets cannot be listed completely. So of pairs, queries, header dumps and
//! environments only what is listed here is shown.

/// Names of parameters, columns and settings, without case, `-`, `_` and `.`.
const PAIRS: &[&str] = &[
    "accountname",
    "action",
    "active",
    "actual",
    "address",
    "addr",
    "after",
    "age",
    "alg",
    "applicationname",
    "appenv",
    "asc",
    "at",
    "attempt",
    "attempts",
    "before",
    "browser",
    "bytes",
    "capacity",
    "category",
    "charset",
    "class",
    "cluster",
    "col",
    "cols",
    "column",
    "columns",
    "command",
    "component",
    "connecttimeout",
    "constraint",
    "contenttype",
    "count",
    "country",
    "crate",
    "createdat",
    "currency",
    "database",
    "date",
    "day",
    "db",
    "dbname",
    "defaultendpointsprotocol",
    "depth",
    "desc",
    "detail",
    "dir",
    "direction",
    "domain",
    "driver",
    "duration",
    "elapsed",
    "email",
    "enabled",
    "encoding",
    "encrypt",
    "end",
    "endpoint",
    "endpointsuffix",
    "engine",
    "env",
    "environment",
    "errno",
    "error",
    "errordescription",
    "errortype",
    "errors",
    "event",
    "expand",
    "expected",
    "expires",
    "expiresin",
    "field",
    "fields",
    "file",
    "filename",
    "first",
    "folder",
    "format",
    "found",
    "from",
    "function",
    "got",
    "group",
    "groupby",
    "grouping",
    "height",
    "home",
    "host",
    "hostname",
    "include",
    "index",
    "initialcatalog",
    "instance",
    "integratedsecurity",
    "interval",
    "ip",
    "issuer",
    "job",
    "kind",
    "lang",
    "language",
    "last",
    "latency",
    "layer",
    "len",
    "length",
    "level",
    "limit",
    "line",
    "lineno",
    "locale",
    "location",
    "logname",
    "max",
    "maxage",
    "maxpoolsize",
    "member",
    "message",
    "method",
    "min",
    "mode",
    "model",
    "module",
    "month",
    "name",
    "node",
    "nodeenv",
    "number",
    "offset",
    "op",
    "operation",
    "order",
    "orderby",
    "orderdir",
    "org",
    "organization",
    "os",
    "page",
    "pagesize",
    "partition",
    "path",
    "percent",
    "period",
    "permission",
    "perpage",
    "phase",
    "policy",
    "pool",
    "pooling",
    "port",
    "pos",
    "position",
    "priority",
    "product",
    "project",
    "proto",
    "protocol",
    "provider",
    "qty",
    "quantity",
    "queue",
    "rate",
    "realm",
    "reason",
    "region",
    "relation",
    "remaining",
    "replica",
    "required",
    "resource",
    "retries",
    "retry",
    "retryafter",
    "role",
    "route",
    "row",
    "rows",
    "rule",
    "rustbacktrace",
    "rustlog",
    "schema",
    "scheme",
    "scope",
    "scopes",
    "server",
    "service",
    "severity",
    "shard",
    "shell",
    "since",
    "size",
    "slug",
    "sort",
    "sortby",
    "source",
    "span",
    "sqlstate",
    "sslmode",
    "start",
    "status",
    "statuscode",
    "step",
    "table",
    "tag",
    "tags",
    "target",
    "team",
    "tenant",
    "term",
    "thread",
    "time",
    "timeout",
    "timestamp",
    "timezone",
    "title",
    "tmpdir",
    "to",
    "took",
    "topic",
    "total",
    "trustservercertificate",
    "ttl",
    "type",
    "tz",
    "unit",
    "until",
    "updatedat",
    "user",
    "username",
    "userid",
    "v",
    "variant",
    "version",
    "waited",
    "width",
    "window",
    "worker",
    "workers",
    "year",
    "zone",
];

/// Names of header fields, in lower case.
const HEADERS: &[&str] = &[
    "accept",
    "age",
    "allow",
    "cache-control",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-range",
    "content-type",
    "date",
    "dnt",
    "etag",
    "expect",
    "expires",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "keep-alive",
    "last-modified",
    "location",
    "origin",
    "pragma",
    "priority",
    "range",
    "referer",
    "retry-after",
    "server",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "user-agent",
    "vary",
    "via",
    "www-authenticate",
    "x-request-id",
];

/// Prefixes of families of header fields.
const HEADER_FAMILIES: &[&str] =
    &["accept-", "access-control-", "ratelimit", "sec-ch-", "sec-fetch-", "x-ratelimit-"];

/// Whether the value of a pair of this name is shown: `page=2`, `constraint=orders_pkey`,
/// `user_id=7`.
pub(super) fn is_pair(name: &str) -> bool {
    let name = name.trim_matches(['-', '.']);
    let letters: String = letters(name).collect();
    PAIRS.contains(&&*letters)
        || letters == "id"
        || ["_id", "-id", "Id"].iter().any(|end| name.ends_with(end))
}

/// Whether the value of a header field of this name is shown.
pub(super) fn is_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    HEADERS.contains(&&*name) || HEADER_FAMILIES.iter().any(|family| name.starts_with(family))
}

/// Whether a name looks like that of an environment variable: `DATABASE_URL`.
pub(super) fn is_variable(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    name.len() >= 2
        && name.bytes().all(is_part)
        && name.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Iterates over the letters and digits of a name, in lower case.
pub(super) fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase())
}

/// Whether a value is shown under any name that is not a secret's: a number, a date, a flag, a
/// type, the path of a file, a placeholder.
pub(super) fn is_value(value: &str) -> bool {
    let value = trimmed(value);
    is_nothing(value)
        || matches!(value, "yes" | "no" | "on" | "off" | "?")
        || is_number(value)
        || is_type(value)
        || is_path(value)
        || value.starts_with(['$', '{', '%', ':']) && value.len() <= 16
}

/// Whether a value is useless to an attacker.
pub(super) fn is_nothing(value: &str) -> bool {
    let value = trimmed(value);
    matches!(value, "" | "null" | "None" | "true" | "false" | "nil" | "undefined")
        || value.starts_with("[redacted ") && value.len() <= 20
}

/// Whether a value is one of a short list, as error codes are: `5432`, `42P01`.
pub(super) fn is_code(value: &str) -> bool {
    let value = trimmed(value);
    let is_short_number = value.len() <= 5 && value.bytes().all(|byte| byte.is_ascii_digit());
    let is_sqlstate = value.len() == 5
        && value.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && value.bytes().filter(u8::is_ascii_digit).count() >= 3;
    is_nothing(value) || is_short_number || is_sqlstate
}

fn trimmed(value: &str) -> &str {
    value.trim_end_matches(|end: char| ",.;)]}".contains(end))
}

/// Whether a value is like `-1.5e3`, `10ms`, `2024-01-01T00:00:00Z`, `127.0.0.1:5432`.
fn is_number(value: &str) -> bool {
    let digits = value.trim_end_matches(|unit: char| unit.is_ascii_alphabetic() || unit == '%');
    let has_unit = value.len() - digits.len() <= 3;
    let is_part = |byte: u8| byte.is_ascii_digit() || b"+-.:,_eTZ".contains(&byte);
    has_unit
        && digits.len() <= 40
        && digits.bytes().all(is_part)
        && digits.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a value is like `core::fmt::Error`.
fn is_type(value: &str) -> bool {
    let mut parts = value.split("::");
    value.contains("::")
        && parts.all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        })
}

/// Whether a value is like `/etc/shop/config.toml`.
fn is_path(value: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphabetic() || b"/._-~".contains(&byte);
    value.starts_with(['/', '~', '.']) && value.bytes().all(is_part)
}

use std::str::FromStr;

use definable_errors::rate_limit::Quota;

/// The number of requests that one client address may send per period, such as `100/60s`.
#[derive(Debug, Clone, Copy)]
pub struct AddressQuota(pub(super) Quota);

impl FromStr for AddressQuota {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (limit, window) = text.split_once('/').unwrap_or((text, ""));
        let limit = limit.parse().map_err(|_| String::from(WANTED))?;
        let window = humantime::parse_duration(window).map_err(|_| String::from(WANTED))?;
        Quota::try_new(limit, window).map(Self).map_err(|invalid| invalid.to_string())
    }
}

const WANTED: &str = "must be a number of requests and a time, such as 100/60s";

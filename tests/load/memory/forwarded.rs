//! Clients that invent the header that names their address.

use std::collections::HashSet;
use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::extract::ConnectInfo;
use definable_errors::guard::Guard;
use definable_errors::rate_limit::{
    Address, ConsumeOutcome, Consumption, Decision, Key, KeySeed, Quota, QuotaStore, RateLimit,
    TrustedProxies,
};
use fastrand::Rng;
use http::request::Parts;
use http::{HeaderValue, Request};

use crate::gates::{Figure, Gates};
use crate::settings::Settings;

/// A store that keeps the keys of a limit.
#[derive(Clone)]
struct Keys(Arc<Mutex<HashSet<Key>>>, KeySeed);

impl QuotaStore for Keys {
    fn seed(&self) -> KeySeed {
        self.1
    }

    fn consume(&self, consumption: &Consumption<'_>) -> ConsumeOutcome {
        self.0.lock().unwrap().insert(consumption.key());
        ConsumeOutcome::Decided(Decision::unmetered())
    }

    fn refund(&self, _: &Consumption<'_>, _: &Decision) {}
}

/// Checks that a client cannot pass for another one by a header that it writes.
pub(crate) fn forwarded(gates: &mut Gates, settings: Settings) {
    let requests: u32 = settings.pick(10_000_000, 300_000);
    let proxies = TrustedProxies::networks(["10.0.0.0/8"]).unwrap();
    let strangers = keys(&proxies, [203, 0, 113, 7], requests);
    let what = format!("6: clients in {requests} invented X-Forwarded-For of one peer");
    gates.at_most(what, Figure(strangers, "clients"), 1.0);
    // A trusted proxy sends the same headers successfully, so they could have worked.
    let believed = keys(&proxies, [10, 0, 0, 1], 1_000);
    gates.at_least(
        "6: clients in 1,000 of a proxy that is trusted",
        Figure(believed, "clients"),
        900.0,
    );
}

/// Returns the number of clients that seem to be behind one peer.
fn keys(proxies: &TrustedProxies, peer: [u8; 4], requests: u32) -> f64 {
    let keys = Keys(Arc::default(), KeySeed::random());
    let address = Address::behind(proxies.clone());
    let limit = RateLimit::new(address, Quota::DEFAULT).store(keys.clone());
    let (mut request, ()) = Request::new(()).into_parts();
    request.extensions.insert(ConnectInfo(SocketAddr::from((peer, 5000))));
    let (mut random, mut text) = (Rng::with_seed(7), String::new());
    for _ in 0..requests {
        invent(&mut request, &mut random, &mut text);
        drop(limit.admit(&mut request));
    }
    let count = keys.0.lock().unwrap().len();
    f64::from(u32::try_from(count).unwrap())
}

fn invent(request: &mut Parts, random: &mut Rng, text: &mut String) {
    text.clear();
    let [client, hop] = [(); 2].map(|()| Ipv4Addr::from_bits(random.u32(0x0b00_0000..)));
    let _ = match random.u8(..4) {
        0 => write!(text, "{client}"),
        1 => write!(text, "{client}, {hop}"),
        2 => write!(text, "{client}:{}", random.u16(..)),
        _ => write!(text, "{}", Ipv6Addr::from_bits(random.u128(..))),
    };
    let value = HeaderValue::from_str(text).unwrap();
    request.headers.insert("x-forwarded-for", value);
}

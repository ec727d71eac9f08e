//! The scripts that Redis runs: their arguments, their results, and why they fail.

use std::fmt::{self, Write};
use std::sync::LazyLock;
use std::time::Duration;

use ::redis::aio::ConnectionManager;
use ::redis::{Cmd, ErrorKind, RedisError, RedisResult, ServerErrorKind, Value, cmd};

use super::super::clock::nanoseconds;
use crate::rate_limit::{Algorithm, Consumption, Decision, Key, Quota, QuotaStatus};

/// A script that Redis runs atomically. It is sent as a digest, and in full only if Redis does not
/// know it.
pub(super) struct Script {
    text: &'static str,
    digest: LazyLock<String>,
}

pub(super) static CONSUME: Script = Script {
    text: concat!(include_str!("quotas.lua"), include_str!("consume.lua")),
    digest: LazyLock::new(|| digest(CONSUME.text)),
};

pub(super) static REFUND: Script = Script {
    text: concat!(include_str!("quotas.lua"), include_str!("refund.lua")),
    digest: LazyLock::new(|| digest(REFUND.text)),
};

fn digest(text: &str) -> String {
    ::redis::Script::new(text).get_hash().to_owned()
}

impl Script {
    /// Runs the script in one round trip; after a restart or a `SCRIPT FLUSH`, one more sends the
    /// text.
    pub(super) async fn run(
        &self,
        connection: &mut ConnectionManager,
        call: &ScriptCall,
    ) -> RedisResult<Value> {
        let known = call.command("EVALSHA", &self.digest);
        match send(connection, &known).await {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                let whole = call.command("EVAL", self.text);
                send(connection, &whole).await
            }
            answer => answer,
        }
    }
}

/// Converts an error response of Redis into an error.
async fn send(connection: &mut ConnectionManager, command: &Cmd) -> RedisResult<Value> {
    connection.send_packed_command(command).await.and_then(Value::extract_error)
}

impl ScriptCall {
    fn command(&self, name: &str, script: &str) -> Cmd {
        let mut command = cmd(name);
        command.arg(script).arg(self.keys.len()).arg(&self.keys).arg(&self.numbers);
        command
    }
}

/// The arguments of a script: a key for each quota, and numbers. `quotas.lua` describes how they
/// are read.
#[derive(Debug)]
pub(super) struct ScriptCall {
    pub(super) keys: Vec<String>,
    pub(super) numbers: Vec<String>,
}

/// A bit in the refund tokens of what was taken in Redis, so that it is refunded there.
pub(super) const MARK: u64 = 1 << 63;

/// The number of parts that a sliding window is cut into.
const PARTS: u64 = 59;

impl ScriptCall {
    pub(super) fn consume(
        prefix: &str,
        now: Option<Duration>,
        consumption: &Consumption<'_>,
    ) -> Self {
        let mut call = Self::new(prefix, now, consumption);
        for quota in consumption.quotas() {
            call.add_quota(quota, consumption);
        }
        call
    }

    /// Returns `None` if the consumption was not counted in Redis.
    pub(super) fn refund(
        prefix: &str,
        now: Option<Duration>,
        consumption: &Consumption<'_>,
        decision: &Decision,
    ) -> Option<Self> {
        let mut call = Self::new(prefix, now, consumption);
        for (quota, status) in consumption.quotas().iter().zip(decision.statuses()) {
            let taken_until = status.refund_token().checked_sub(MARK)?;
            call.add_quota(quota, consumption);
            call.number(taken_until / 1000);
            call.number(taken_until % 1000);
        }
        (consumption.quotas().len() == decision.statuses().len()).then_some(call)
    }

    fn new(prefix: &str, now: Option<Duration>, consumption: &Consumption<'_>) -> Self {
        let keys = consumption
            .quotas()
            .iter()
            .map(|quota| key(prefix, consumption.key(), quota))
            .collect();
        let now = now.map_or_else(String::new, |now| now.as_micros().to_string());
        Self { keys, numbers: vec![now] }
    }

    fn add_quota(&mut self, quota: &Quota, consumption: &Consumption<'_>) {
        let window = nanoseconds(quota.window());
        let (kind, step, span) = match quota.algorithm() {
            Algorithm::SlidingWindow => {
                let window = window.div_ceil(1000);
                ("window", window.div_ceil(PARTS), window)
            }
            Algorithm::Gcra { burst } => {
                let step = window.div_ceil(quota.limit().into());
                ("rate", step, step * u64::from(burst))
            }
        };
        self.numbers.push(kind.to_owned());
        for number in [quota.capacity().into(), step, span, consumption.cost_of(quota).into()] {
            self.number(number);
        }
    }

    fn number(&mut self, number: u64) {
        self.numbers.push(number.to_string());
    }
}

/// Builds the key of a quota. All keys of a client have the same text in braces, so that a cluster
/// keeps them together. The digit after the algorithm is the version of the stored format.
fn key(prefix: &str, key: Key, quota: &Quota) -> String {
    let mut text = format!("{prefix}{{");
    for byte in key.to_bytes() {
        let _ = write!(text, "{byte:02x}");
    }
    let (limit, window, name) = (quota.limit(), quota.window().as_nanos(), quota.name());
    let _ = match quota.algorithm() {
        Algorithm::SlidingWindow => write!(text, "}}:window1:{limit}/{window}:{name}"),
        Algorithm::Gcra { burst } => write!(text, "}}:rate1:{limit}/{window}/{burst}:{name}"),
    };
    text
}

/// Parses the response of `consume.lua`.
pub(super) fn decision(consumption: &Consumption<'_>, answer: Value) -> Result<Decision, Failure> {
    let numbers: Vec<i64> = ::redis::from_redis_value(answer).map_err(|_| Failure::Answer)?;
    let numbers: Result<Vec<u64>, _> = numbers.into_iter().map(u64::try_from).collect();
    let numbers = numbers.map_err(|_| Failure::Answer)?;
    let [now, statuses @ ..] = &*numbers else { return Err(Failure::Answer) };
    if statuses.len() != 4 * consumption.quotas().len() {
        return Err(Failure::Answer);
    }
    let pairs = consumption.quotas().iter().zip(statuses.chunks_exact(4));
    Ok(Decision::new(pairs.map(|(quota, numbers)| status(quota, *now, numbers))))
}

fn status(quota: &Quota, now: u64, numbers: &[u64]) -> QuotaStatus {
    let unit = match quota.algorithm() {
        Algorithm::SlidingWindow => 1000,
        Algorithm::Gcra { .. } => 1,
    };
    let remaining = u32::try_from(numbers[0]).unwrap_or(u32::MAX);
    let status = QuotaStatus::raw(remaining, numbers[1].saturating_mul(unit));
    match numbers[2] {
        0 => status.with_refund_token(MARK | now.saturating_mul(1000).saturating_add(numbers[3])),
        wait => status.waiting(wait.saturating_mul(unit)),
    }
}

/// The reason why Redis did not decide, for operators.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is no connection, or it broke, or the response is an error.
    Redis(RedisError),
    /// There was no response in time.
    Late,
    /// The maximum number of calls is in progress.
    Busy,
    /// The response does not match the request.
    Answer,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redis(error) => error.fmt(f),
            Self::Late => f.write_str("no answer in time"),
            Self::Busy => f.write_str("too many calls under way"),
            Self::Answer => f.write_str("the answer is not one of the script"),
        }
    }
}

impl From<RedisError> for Failure {
    fn from(error: RedisError) -> Self {
        Self::Redis(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate_limit::KeySeed;

    const QUOTAS: [Quota; 2] =
        [Quota::per_minute(100), Quota::per_second(10).with_burst(5).with_name("{a} b")];

    fn consumption() -> Consumption<'static> {
        Consumption::new(KeySeed::from_secret(b"secret").hasher().key(), &QUOTAS, 7)
    }

    fn ints(numbers: &[i64]) -> Value {
        Value::Array(numbers.iter().map(|number| Value::Int(*number)).collect())
    }

    #[test]
    fn keys_of_a_client_are_in_one_slot_and_those_of_quotas_differ() {
        let call = ScriptCall::consume("limit:", None, &consumption());
        let tag = |key: &str| {
            let (start, end) = (key.find('{').unwrap(), key.find('}').unwrap());
            key[start..end].to_owned()
        };
        let [window, rate] = &call.keys[..] else { panic!() };
        assert_eq!((tag(window), tag(window).len()), (tag(rate), 33));
        assert!(window.ends_with("}:window1:100/60000000000:default"), "{window}");
        assert!(rate.ends_with("}:rate1:10/1000000000/5:{a} b"), "{rate}");
    }

    #[test]
    fn a_question_has_the_numbers_of_each_quota() {
        let now = Some(Duration::from_millis(3));
        let call = ScriptCall::consume("", now, &consumption());
        let window = ["window", "100", "1016950", "60000000", "7"];
        let rate = ["rate", "5", "100000000", "500000000", "5"];
        assert_eq!(call.numbers, [&["3000"][..], &window[..], &rate[..]].concat());
        assert_eq!(ScriptCall::consume("", None, &consumption()).numbers[0], "");
    }

    #[test]
    fn an_answer_becomes_a_decision_that_can_be_given_back() {
        let answer = ints(&[1_795_000_000_000_001, 93, 60_000_000, 0, 0, 0, 500, 0, 500]);
        let decision = decision(&consumption(), answer).unwrap();
        assert!(decision.is_admitted());
        let [window, rate] = decision.statuses() else { panic!() };
        assert_eq!((window.remaining(), window.reset_after()), (93, Duration::from_secs(60)));
        assert_eq!((rate.remaining(), rate.reset_after()), (0, Duration::from_nanos(500)));
        let back = ScriptCall::refund("", None, &consumption(), &decision).unwrap();
        assert_eq!(back.numbers[6..8], ["1795000000000001", "0"]);
        assert_eq!(back.numbers[13..], ["1795000000000001", "500"]);
    }

    #[test]
    fn what_was_not_taken_in_redis_is_not_given_back_there() {
        let local = QuotaStatus::within(1, Duration::ZERO).with_refund_token(12);
        for decision in [Decision::new([local, local]), Decision::unmetered()] {
            assert!(ScriptCall::refund("", None, &consumption(), &decision).is_none());
        }
    }

    #[test]
    fn what_is_no_answer_is_a_failure() {
        let wrong = [ints(&[]), ints(&[1]), ints(&[1, 2, 3, 4, 5]), ints(&[-1; 9]), Value::Okay];
        for answer in wrong {
            assert!(decision(&consumption(), answer).is_err());
        }
    }
}

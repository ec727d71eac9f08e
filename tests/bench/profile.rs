//! Where the instructions of a request go: a table of parts, which add up to the whole.
//!
//! A function that two parts share is attributed to them approximately, because callgrind adds up all
//! calls that the function makes, whichever part called it. The last line but one is the difference to
//! the whole.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use crate::measure::{Calls, Failed, Profiles, calls_in, instructions_in};
use crate::row::Row;
use crate::scenarios::{
    DERIVED, DERIVED_THROUGH_LAYER, NO_OP_LAYER, SUCCESS_WITH_IDS, UNKNOWN_ROUTE, WRONG_METHOD,
};

/// The columns: a heading, a scenario and a row.
const COLUMNS: [(&str, &str, &str); 7] = [
    ("success, bare router", SUCCESS_WITH_IDS, "bare router"),
    ("a layer that does nothing", SUCCESS_WITH_IDS, NO_OP_LAYER),
    ("**success**", SUCCESS_WITH_IDS, Row::OURS),
    ("**derived 404**, no layer", DERIVED, Row::OURS),
    ("**derived 404**", DERIVED_THROUGH_LAYER, Row::OURS),
    ("**unknown route**", UNKNOWN_ROUTE, Row::OURS),
    ("**wrong method**", WRONG_METHOD, Row::OURS),
];

/// Functions of a request with all that they call in turn, except for other parts.
struct Part {
    name: &'static str,
    /// Parts of the names of the functions.
    functions: &'static [&'static str],
    /// The names of the callers that count, or none for all of them.
    callers: &'static [&'static str],
}

const PARTS: [Part; 17] = [
    part("the benchmark creates the request", &["scenarios::request::"]),
    part("axum finds the route", &["routing::Router<S>::call_with_state"]),
    part("**layer**: called", &["ApiErrorService<S> as"]),
    part("**context**: read from the headers", &["RequestContext::new"]),
    part("**context**: stored in the request's extensions", &["RequestContext::of_request"]),
    part(
        "the handler; in a 404, an enum becomes an error with a detail and a member",
        &["Handler<((),),S>>::call::{{closure}}"],
    ),
    part(
        "**head** of an error: its fields, the error in the extensions, a lazy body",
        &["ApiError>::into_response"],
    ),
    part(
        "**layer**: finds the error, applies the settings, reports it",
        &["future::finish_or_fail"],
    ),
    part("**ids**: a new one, and the trace checked", &["document::Ids::of"]),
    part("**body** written as JSON", &["formats::represent", "render::json::json"]),
    part("**head and body** copied from a prepared response", &["Watch::answer_prepared"]),
    part("**head** checked and completed, `Vary`", &["finish::Ending::with"]),
    part("**head**: `X-Request-Id`", &["finish::stamped"]),
    part("**context** freed", &["drop_in_place<definable_errors::layer::watch::Watch>"]),
    part(
        "axum adds `Allow` and `Content-Length`",
        &["route::set_allow_header", "route::set_content_length"],
    ),
    part("the handler's request freed", &["drop_in_place<http::request::Request<"]),
    part("the benchmark reads the body", &["collect::Collect<T> as", "Collected<B>::to_bytes"]),
];

/// The response is freed by the functions of the benchmark that sent the request.
const FREED: Part = Part {
    name: "the response freed",
    functions: &["drop_in_place<", "bytes::bytes::"],
    callers: &["bench::row::answer_all", "bench::row::answer"],
};

const fn part(name: &'static str, functions: &'static [&'static str]) -> Part {
    Part { name, functions, callers: &[] }
}

impl Part {
    fn has(&self, function: &str) -> bool {
        self.functions.iter().any(|part| function.contains(part))
    }

    fn is_entered_by(&self, call: &Calls<'_>) -> bool {
        let is_caller = self.callers.is_empty() || self.callers.contains(&call.caller);
        is_caller && self.has(call.callee) && !self.has(call.caller)
    }

    /// Returns the instructions of the part: those of the calls that enter it, without those that leave
    /// it for another part.
    fn cost(&self, profile: &str) -> i64 {
        let mut calls: HashMap<&str, Vec<Calls<'_>>> = HashMap::new();
        for call in calls_in(profile) {
            calls.entry(call.caller).or_default().push(call);
        }
        let entering = calls.values().flatten().filter(|call| self.is_entered_by(call));
        let (mut cost, mut next, mut seen) = (0, Vec::new(), HashSet::new());
        for call in entering {
            cost += call.instructions;
            next.push(call.callee);
        }
        while let Some(function) = next.pop() {
            if !seen.insert(function) {
                continue;
            }
            for call in calls.get(function).into_iter().flatten() {
                if PARTS.iter().any(|other| other.is_entered_by(call) && other.name != self.name) {
                    cost -= call.instructions;
                } else {
                    next.push(call.callee);
                }
            }
        }
        assert!(cost >= 0, "the part `{}` has a negative cost: {cost}", self.name);
        cost
    }
}

/// Profiles all columns, and returns the table.
pub(crate) fn table() -> Result<String, Failed> {
    eprintln!("where the instructions go …");
    let profiles: Vec<_> = COLUMNS
        .iter()
        .map(|(_, scenario, row)| Profiles::of(scenario, row))
        .collect::<Result<_, _>>()?;
    let costs = |figure: &dyn Fn(&str) -> i64| -> Vec<f64> {
        profiles.iter().map(|profile| profile.per_request(figure)).collect()
    };
    let parts = PARTS.iter().chain([&FREED]);
    let line = |part: &Part| {
        let costs = costs(&|profile| part.cost(profile));
        assert!(
            costs.iter().any(|cost| *cost > 0.0),
            "no function of the profile belongs to the part `{}`; was one of {:?} renamed?",
            part.name,
            part.functions,
        );
        (part.name, costs)
    };
    let mut lines: Vec<_> = parts.map(line).collect();
    let whole = costs(&|profile| instructions_in(profile).unwrap_or(0));
    let rest =
        |column: usize| whole[column] - lines.iter().map(|(_, costs)| costs[column]).sum::<f64>();
    let rest: Vec<_> = (0..COLUMNS.len()).map(rest).collect();
    assert!(rest.iter().all(|rest| *rest >= 0.0), "the parts exceed the whole: {rest:?}");
    lines.push(("the rest: futures and responses, which are boxed, moved and polled", rest));
    lines.push(("all", whole));
    Ok(written(&lines))
}

fn written(lines: &[(&str, Vec<f64>)]) -> String {
    let mut table = String::from("| part |");
    for (heading, ..) in COLUMNS {
        let _ = write!(table, " {heading} |");
    }
    let _ = writeln!(table, "\n|---|{}", "--:|".repeat(COLUMNS.len()));
    for (name, costs) in lines {
        let _ = write!(table, "| {name} |");
        for cost in costs {
            let _ = write!(table, " {cost:.0} |");
        }
        table.push('\n');
    }
    table
}

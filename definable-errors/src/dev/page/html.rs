//! The page as HTML: one document without external resources, which works without its script.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::super::details::Details;
use super::super::editor::Editor;
use super::super::runs::{Run, Summary, place, runs};
use super::super::snippet::{AROUND, Line, Snippet};
use super::super::timeline::{TimelineEntry, millis};
use super::super::traceback::Frame;
use super::{curl, highlight, markdown};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
    %3Crect width='16' height='16' rx='4' fill='%23b42318'/%3E%3Cpath d='M8 3.5v5M8 11v1.5' \
    stroke='%23fff' stroke-width='2'/%3E%3C/svg%3E";

/// The maximum size of the page in bytes; an error with more texts is shortened.
const MAX_PAGE: usize = 96 * 1024;

/// Writes the page. Only the style and the script with `nonce` have an effect in it.
pub(super) fn write(details: &Details, editor: &Editor, nonce: &str) -> String {
    for details in [details, &details.narrowed()] {
        let page = document(details, editor, nonce).into_string();
        if page.len() <= MAX_PAGE {
            return page;
        }
    }
    document(&details.shortened(), editor, nonce).into_string()
}

fn document(details: &Details, editor: &Editor, nonce: &str) -> Markup {
    let copies = [
        ("Markdown", "markdown", markdown::write(details)),
        ("Prompt for an agent", "prompt", markdown::prompt(details)),
        ("cURL", "curl", curl::write(&details.request)),
    ];
    html! {
            (DOCTYPE)
            html lang="en" {
                head {
    (head(&format!("{} {}", details.status, first_line(&details.message)), nonce))
                }
                body {
                    header.top {
                        span.brand { span.dot aria-hidden="true" {} "Development" }
                        a href="/__errors" { "Recent errors" }
                        nav.actions aria-label="Copy" {
                            @for (label, id, _) in &copies {
                                button type="button" data-copy=(id) { "Copy " span.long { "as " } (short(label)) }
                            }
                        }
                        span.live role="status" {}
                    }
                    main {
                        (hero(details))
                        div.columns {
                            div.primary {
                                (frames(details, editor))
                                (timeline(details))
                                (exports(&copies))
                                (environment(details))
                            }
                            div.side {
                                (production(details))
                                (request(details))
                            }
                        }
                    }
                    footer { (keys()) }
                    script type="application/problem+json" { (PreEscaped(in_script(&details.production))) }
                    script nonce=(nonce) { (PreEscaped(SCRIPT)) }
                }
            }
        }
}

/// Writes the head of a page.
pub(super) fn head(title: &str, nonce: &str) -> Markup {
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="robots" content="noindex";
        title { (title) }
        link rel="icon" href=(ICON);
        style nonce=(nonce) { (PreEscaped(STYLE)) }
    }
}

fn short(label: &str) -> &str {
    label.split(' ').next().unwrap_or(label)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Escapes JSON for a script element, which ends at `</script` and changes its meaning at `<!--`.
fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// What failed, why, and for which request.
fn hero(details: &Details) -> Markup {
    let request = &details.request;
    let class = if details.status >= 500 { "status s5" } else { "status" };
    html! {
        section.hero aria-labelledby="message" {
            p.kind {
                span class=(class) { (details.status) }
                code.code { (details.code) }
                @if let Some(code) = details.internal_code { code.soft { (code) } }
                @if details.error_type.is_some() { code.soft { (details.error_type()) } }
            }
            h1 #message { (details.message) }
            @if !details.causes.is_empty() {
                ol.causes {
                    @for cause in &details.causes {
                        li {
                            span.because { "because" } " "
                            @if let Some(name) = cause.type_name { code.soft { (name) } " " }
                            (cause.text)
                        }
                    }
                }
            }
            @for note in &details.notes { p.note { span.because { "note" } " " (note) } }
            @for (label, texts) in &details.explanation {
                @if !texts.is_empty() {
                    div.note { span.because { (label) } ul { @for text in texts { li { (text) } } } }
                }
            }
            @if !details.hints.is_empty() {
                ul.hints { @for hint in &details.hints { li { (marked(hint)) } } }
            }
            ul.facts {
                li.line { b { (request.method) } " " code { (request.target) } }
                @if let Some(route) = &details.route { li { span.soft { "route" } " " code { (route) } } }
                @if let Some(caller) = &details.caller { li { span.soft { "caller" } " " code { (caller) } } }
                li { span.soft { "request" } " " code { (details.request_id) } }
                li { (details.milliseconds) " ms" }
                @if let Some(address) = &details.documentation {
                    li { a href=(address) { "Documentation of " code { (details.code) } } }
                }
            }
        }
    }
}

/// Writes a sentence, and what stands in backticks as code.
fn marked(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 0 { (part) } @else { code { (part) } }
        }
    }
}

/// All frames, innermost first; those of dependencies are collapsed.
fn frames(details: &Details, editor: &Editor) -> Markup {
    let place = details.location.as_ref();
    if details.frames.is_empty() {
        return html! {
            section.card aria-labelledby="where" {
                h2 #where { "Where" }
                @if let Some(place) = place {
                    p { code { (place.file) ":" (place.line) ":" (place.column) } }
                    p.soft { "No traceback was recorded for this error." }
                } @else {
                    p.soft {
                        "This error has no source and no location: a 4xx is what the client did, so no \
                         stack is recorded for it."
                    }
                }
            }
        };
    }
    let runs = runs(&details.frames);
    let is_own = |run: &Run<'_>| matches!(run, Run::Own(_));
    let first = runs.iter().position(is_own);
    html! {
        section #frames aria-labelledby="frames-title" {
            div.tools {
                h2 #frames-title { "Frames" }
                input #mine type="checkbox";
                label for="mine" { "Only mine" }
                input #filter type="search" placeholder="Filter" aria-label="Filter frames" autocomplete="off";
            }
            ol.frames {
                @for (at, run) in runs.iter().enumerate() {
                    @match run {
                        Run::Remark(text) => li.remark { (text) },
                        Run::Own(frame) => li.own { (own_frame(frame, editor, first == Some(at))) },
                        Run::Others(frames) => li.run {
                            details {
                                summary { (Summary(frames)) }
                                ol { @for frame in *frames { li.other { (heading(frame)) } } }
                            }
                        },
                    }
                }
            }
        }
    }
}

fn own_frame(frame: &Frame, editor: &Editor, is_open: bool) -> Markup {
    let link = frame.path.as_ref().zip(frame.lineno).map(|(path, line)| {
        let relative = frame.filename.as_deref().unwrap_or_default();
        editor.link(path, relative, line, frame.column.unwrap_or(1))
    });
    html! {
        details open[is_open] {
            summary { (heading(frame)) }
            div.source {
                @if let Some(link) = link { a.open href=(link) { "Open in editor" } }
                @match &frame.snippet {
                    Some(snippet) => (source(snippet)),
                    None => p.soft { "The source is not available: it was moved, or it is not where the code was compiled." },
                }
            }
        }
    }
}

fn heading(frame: &Frame) -> Markup {
    let (path, function) = split(&frame.name);
    html! {
        span.fn title=(frame.name) { span.soft { (path) } b { (function) } }
        @if let Some(place) = place(frame) { span.at { (place) } }
    }
}

/// Splits a name before its last part, which is outside of angle brackets.
fn split(name: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    let mut at = 0;
    for (index, letter) in name.char_indices() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            ':' if depth == 0 && name[..index].ends_with(':') => at = index + 1,
            _ => {}
        }
    }
    name.split_at(at)
}

fn source(snippet: &Snippet) -> Markup {
    let [before, after] = snippet.beyond(AROUND);
    html! {
        (more(&before, "above"))
        pre.code tabindex="0" {
            @for line in snippet.lines(AROUND) {
                (row(line))
                @if line.is_marked {
                    @if let Some(indentation) = snippet.indentation() {
                        span.caret aria-hidden="true" { span.number {} (indentation) "^\n" }
                    }
                }
            }
        }
        (more(&after, "below"))
    }
}

fn row(line: Line<'_>) -> Markup {
    html! {
        span class=(if line.is_marked { "row marked" } else { "row" }) {
            span.number { (line.number) }
            (highlight::rust(line.text))
            "\n"
        }
    }
}

/// Lines that are folded at first.
fn more(lines: &[Line<'_>], place: &str) -> Markup {
    html! {
        @if !lines.is_empty() {
            details.more {
                summary { (lines.len()) " more lines " (place) }
                pre.code tabindex="0" { @for line in lines { (row(*line)) } }
            }
        }
    }
}

/// The most entries that are shown without unfolding them.
const MAX_UNFOLDED: usize = 15;

/// What happened during the request before the error was returned.
fn timeline(details: &Details) -> Markup {
    let timeline = &details.timeline;
    let count = timeline.entries.len();
    html! {
        @if count > 0 {
            section.card aria-labelledby="timeline" {
                h2 #timeline { "Timeline of the request" }
                @if timeline.left_out > 0 {
                    p.soft { (timeline.left_out) " earlier spans and events were left out." }
                }
                details open[count <= MAX_UNFOLDED] {
                    summary { "Spans and events" span.count { (count) } }
                    ol.timeline { @for each in &timeline.entries { (entry(each)) } }
                }
            }
        }
    }
}

fn entry(entry: &TimelineEntry) -> Markup {
    let level = entry.level.as_str();
    html! {
        li class={ "moment d" (entry.depth.min(4)) } {
            span.when { (millis(entry.at)) }
            span class={ "level " (level.to_ascii_lowercase()) } { (level) }
            span.what { span.soft { (entry.target) } " " (entry.text) }
            @if let Some(took) = entry.took { span.took { (millis(took)) } }
        }
    }
}

/// The body that clients get in production.
fn production(details: &Details) -> Markup {
    html! {
        section.card aria-labelledby="production" {
            h2 #production { "What clients get" }
            pre tabindex="0" { (details.production) }
        }
    }
}

fn request(details: &Details) -> Markup {
    let request = &details.request;
    html! {
        section.card aria-labelledby="request" {
            h2 #request { "Request" }
            dl {
                dt { "URL" } dd { (request.origin) (request.target) }
                @if let Some(route) = &details.route { dt { "Route" } dd { (route) } }
                @if let Some(caller) = &details.caller { dt { "Caller" } dd { (caller) } }
                dt { "Request id" } dd { (details.request_id) }
                dt { "Instance" } dd { (details.instance) }
                @if let Some(trace_id) = &details.trace_id { dt { "Trace id" } dd { (trace_id) } }
            }
            (table("Path parameters", &request.parameters))
            (table("Query", &request.query))
            (table("Headers", &request.headers))
            @if let Some(body) = &request.body {
                details open {
                    summary { "Body" span.count { (body.length) " bytes" } }
                    @match &body.text {
                        Some(text) => pre tabindex="0" { (text) },
                        None => p.soft { "The body is not a text." },
                    }
                    @if !body.is_whole { p.soft { "Only the start of the body was kept." } }
                }
            }
        }
    }
}

fn table(label: &str, pairs: &[(String, String)]) -> Markup {
    html! {
        @if !pairs.is_empty() {
            details open[pairs.len() <= 4] {
                summary { (label) span.count { (pairs.len()) } }
                dl { @for (name, value) in pairs { dt { (name) } dd { (value) } } }
            }
        }
    }
}

fn environment(details: &Details) -> Markup {
    html! {
        section.card aria-labelledby="environment" {
            h2 #environment { "Environment" }
            dl { @for (name, value) in &details.facts { dt { (name) } dd { (value) } } }
        }
    }
}

/// The texts that the buttons copy, for readers without scripts.
fn exports(copies: &[(&str, &str, String)]) -> Markup {
    html! {
        section.card aria-labelledby="exports" {
            h2 #exports { "For elsewhere" }
            p.soft { "Secrets are replaced by markers in all of these." }
            @for (label, id, text) in copies {
                details { summary { (label) } pre id=(id) tabindex="0" { "\n" (text) } }
            }
        }
    }
}

fn keys() -> Markup {
    html! {
        span.keys {
            kbd { "j" } " " kbd { "k" } " frames  " kbd { "/" } " filter  " kbd { "m" } " only mine  "
            kbd { "c" } " copy as Markdown"
        }
        span { "Shown in development mode only." }
    }
}

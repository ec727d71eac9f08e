use crate::mistakes::Mistakes;
use crate::model::{DeclaredVariant, Settings, Status};

/// The constants of `ErrorStatus`. A test compares them with the library.
pub(super) const NAMES: [(u16, &str); 40] = [
    (400, "BAD_REQUEST"),
    (401, "UNAUTHORIZED"),
    (402, "PAYMENT_REQUIRED"),
    (403, "FORBIDDEN"),
    (404, "NOT_FOUND"),
    (405, "METHOD_NOT_ALLOWED"),
    (406, "NOT_ACCEPTABLE"),
    (407, "PROXY_AUTHENTICATION_REQUIRED"),
    (408, "REQUEST_TIMEOUT"),
    (409, "CONFLICT"),
    (410, "GONE"),
    (411, "LENGTH_REQUIRED"),
    (412, "PRECONDITION_FAILED"),
    (413, "PAYLOAD_TOO_LARGE"),
    (414, "URI_TOO_LONG"),
    (415, "UNSUPPORTED_MEDIA_TYPE"),
    (416, "RANGE_NOT_SATISFIABLE"),
    (417, "EXPECTATION_FAILED"),
    (418, "IM_A_TEAPOT"),
    (421, "MISDIRECTED_REQUEST"),
    (422, "UNPROCESSABLE_ENTITY"),
    (423, "LOCKED"),
    (424, "FAILED_DEPENDENCY"),
    (425, "TOO_EARLY"),
    (426, "UPGRADE_REQUIRED"),
    (428, "PRECONDITION_REQUIRED"),
    (429, "TOO_MANY_REQUESTS"),
    (431, "REQUEST_HEADER_FIELDS_TOO_LARGE"),
    (451, "UNAVAILABLE_FOR_LEGAL_REASONS"),
    (500, "INTERNAL_SERVER_ERROR"),
    (501, "NOT_IMPLEMENTED"),
    (502, "BAD_GATEWAY"),
    (503, "SERVICE_UNAVAILABLE"),
    (504, "GATEWAY_TIMEOUT"),
    (505, "HTTP_VERSION_NOT_SUPPORTED"),
    (506, "VARIANT_ALSO_NEGOTIATES"),
    (507, "INSUFFICIENT_STORAGE"),
    (508, "LOOP_DETECTED"),
    (510, "NOT_EXTENDED"),
    (511, "NETWORK_AUTHENTICATION_REQUIRED"),
];

/// Returns the status as a number, whether it is written as a number or by name, if it is known.
pub(super) fn number(settings: &Settings) -> Option<u16> {
    match &settings.status.as_ref()?.value {
        Status::Number(number) => Some(*number).filter(|number| (400..=599).contains(number)),
        Status::Name(name) => {
            NAMES.iter().find(|(_, known)| known == name).map(|(number, _)| *number)
        }
    }
}

/// Returns the status, if it is an error status.
pub(super) fn check(variant: &DeclaredVariant, mistakes: &mut Mistakes) -> Option<u16> {
    let Some(status) = &variant.settings.status else {
        missing(variant, mistakes);
        return None;
    };
    let number = number(&variant.settings);
    if number.is_none() {
        mistakes.at(status.span, wrong(&status.value));
    }
    number
}

fn wrong(status: &Status) -> String {
    match status {
        Status::Number(number) => {
            format!("expected an error status, 400 to 599, not {number}")
        }
        Status::Name(name) => format!(
            "`{name}` is no error status, expected a number such as `404` or a constant of \
             `ErrorStatus` such as `NOT_FOUND`"
        ),
    }
}

fn missing(variant: &DeclaredVariant, mistakes: &mut Mistakes) {
    if variant.is_broken {
        return;
    }
    let message = "expected a status, such as `#[api(status = 404)]`, or `#[api(transparent)]` \
                   around an error that derives `ApiError`";
    mistakes.at(variant.name.span(), message);
}

/// Returns the variant of `Level`.
pub(super) fn level(settings: &Settings, mistakes: &mut Mistakes) -> Option<&'static str> {
    let level = settings.level.as_ref()?;
    match &*level.value {
        "error" => Some("Error"),
        "warn" => Some("Warn"),
        "info" => Some("Info"),
        "debug" => Some("Debug"),
        "trace" => Some("Trace"),
        _ => {
            let message = "expected one of \"error\", \"warn\", \"info\", \"debug\", \"trace\"";
            mistakes.at(level.span, message);
            None
        }
    }
}

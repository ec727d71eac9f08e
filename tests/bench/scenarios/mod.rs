//! The requests. Each has a file here, and a line in [`all`].

mod authenticated;
mod derived;
mod events;
mod fallbacks;
mod good_path;
mod limits;
mod logged;
mod permissions;
mod request;
mod sign_up;
mod streamed;
mod success;
mod telemetry;
mod under_load;
mod upstream;

pub(crate) use self::authenticated::AUTHENTICATED;
pub(crate) use self::derived::{DERIVED, DERIVED_THROUGH_LAYER};
pub(crate) use self::events::EVENTS;
pub(crate) use self::fallbacks::{UNKNOWN_ROUTE, WRONG_METHOD};
pub(crate) use self::good_path::{FORM, JSON, PATH, QUERY};
pub(crate) use self::limits::{LIMITED, REFUSED};
pub(crate) use self::logged::{LOGGED, SPAN, SPAN_LAYER};
pub(crate) use self::permissions::{CHECK, REQUIRED};
pub(crate) use self::sign_up::{INVALID, VALID, WRONG_TYPE};
pub(crate) use self::streamed::{STREAMED, STREAMED_LONG};
pub(crate) use self::success::{NO_OP_LAYER, SUCCESS, SUCCESS_WITH_IDS};
pub(crate) use self::telemetry::{COUNTED_404, COUNTED_500, TRACED_404, TRACED_500};
pub(crate) use self::under_load::{DEADLINE, PLACES, PREFLIGHT, STACK};
pub(crate) use self::upstream::UPSTREAM;
use crate::row::Scenario;

pub(crate) fn all() -> Vec<Scenario> {
    vec![
        success::with_ids(),
        success::without_ids(),
        streamed::one_frame(),
        streamed::hundred_frames(),
        events::thousand(),
        derived::without_layer(),
        derived::through_layer(),
        logged::logged(),
        logged::span(),
        logged::span_layer(),
        telemetry::counted_404(),
        telemetry::counted_500(),
        telemetry::traced_404(),
        telemetry::traced_500(),
        fallbacks::unknown_route(),
        fallbacks::wrong_method(),
        good_path::json(),
        good_path::form(),
        good_path::query(),
        good_path::path(),
        sign_up::valid(),
        sign_up::invalid(),
        sign_up::wrong_type(),
        authenticated::hs256(),
        permissions::check(),
        permissions::required(),
        permissions::member(),
        under_load::deadline(),
        under_load::places(),
        under_load::stack(),
        under_load::preflight(),
        limits::limited(),
        limits::refused(),
        upstream::call(),
    ]
}

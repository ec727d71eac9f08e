//! Alternatives for a service, each set up as its own documentation recommends, and each reporting
//! the same failure: order 42 does not exist, or a user without a name signs up too young.

pub(crate) mod axum_api_kit;
pub(crate) mod axum_error_sets;
pub(crate) mod axum_problem;
pub(crate) mod axum_valid;
pub(crate) mod by_hand;
pub(crate) mod by_hand_service;
pub(crate) mod by_hand_sign_up;
pub(crate) mod derived_body;
pub(crate) mod http_api_problem;
pub(crate) mod ours;
pub(crate) mod ours_sign_up;
pub(crate) mod problem_details;
pub(crate) mod tower_governor;
pub(crate) mod tower_stack;

const TYPE: &str = "/problems/order_not_found";
const TITLE: &str = "Order not found";
const CODE: &str = "order_not_found";

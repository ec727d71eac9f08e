//! Authentication and authorization: the parts that the guards of all routes are made of.

mod api_keys;
mod jwt_secret;
mod memberships;
mod org;
mod permissions;
mod program;
pub(crate) mod roles;
mod token_keys;
mod user;
mod verifier;

pub(crate) use self::api_keys::ApiKeyTable;
pub use self::jwt_secret::JwtSecret;
pub(crate) use self::memberships::MembershipTable;
pub(crate) use self::org::{InOrg, Org};
pub(crate) use self::permissions::{
    JobsRead, JobsWrite, KbDelete, KbRead, KbWrite, MembersRead, MembersWrite,
};
pub(crate) use self::program::Program;
pub use self::token_keys::TokenKeys;
pub(crate) use self::user::User;
pub(crate) use self::verifier::Verifier;

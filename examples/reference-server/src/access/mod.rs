//! Authentication and authorization: the parts that the guards of all routes are made of.

mod api_keys;
mod memberships;
pub(crate) mod roles;
mod token_keys;
mod verifier;

pub(crate) use self::api_keys::{ApiKeyTable, Program};
pub(crate) use self::memberships::{
    InOrg, JobsRead, JobsWrite, KbDelete, KbRead, KbWrite, MembersRead, MembersWrite,
    MembershipTable, Org, User,
};
pub use self::token_keys::{JwtSecret, TokenKeys};
pub(crate) use self::verifier::Verifier;

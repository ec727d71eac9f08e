use definable_errors::rbac::{Member, permissions};

use super::Org;

permissions! {
    caller = Member<Org>;

    /// Permission to read and search knowledge bases.
    pub(crate) KbRead = "kb:read";
    /// Permission to create and change knowledge bases.
    pub(crate) KbWrite = "kb:write";
    /// Permission to delete knowledge bases.
    pub(crate) KbDelete = "kb:delete";
    /// Permission to start jobs.
    pub(crate) JobsWrite = "jobs:write";
    /// Permission to read jobs and their results.
    pub(crate) JobsRead = "jobs:read";
    /// Permission to list the members.
    pub(crate) MembersRead = "members:read";
    /// Permission to change the roles of members.
    pub(crate) MembersWrite = "members:write";
}

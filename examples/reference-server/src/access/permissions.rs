use definable_errors::rbac::{Member, permissions};

use super::Org;

permissions! {
    caller = Member<Org>;

    /// To read knowledge bases and to search them.
    pub(crate) KbRead = "kb:read";
    /// To make and to change them.
    pub(crate) KbWrite = "kb:write";
    /// To remove them.
    pub(crate) KbDelete = "kb:delete";
    /// To see who is a member.
    pub(crate) MembersRead = "members:read";
    /// To change what members are.
    pub(crate) MembersWrite = "members:write";
}

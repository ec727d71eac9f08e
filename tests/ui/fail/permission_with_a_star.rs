use definable_errors::rbac::permissions;

permissions! {
    KbAll = "kb:*";
}

fn main() {}

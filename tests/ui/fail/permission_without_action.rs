use definable_errors::rbac::permissions;

permissions! {
    Kb = "kb";
}

fn main() {}

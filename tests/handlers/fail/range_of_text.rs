use definable_errors::extract::{Rules, Violations};

struct Order {
    name: String,
}

impl Rules for Order {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("name", &self.name).range(1..=80);
    }
}

fn main() {}

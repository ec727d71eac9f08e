use definable_errors::rbac::{All, Require};

struct KbRead;

fn list(_: Require<KbRead>) {}

fn both(_: Require<All<(KbRead, KbRead)>>) {}

fn main() {}

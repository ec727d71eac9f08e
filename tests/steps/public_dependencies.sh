# The crates that are a part of our interface. `tests/run` reads this file.

# Compares the crates whose types and traits occur in the public interface with the table of `lib.rs`. A
# nightly Rust describes the interface.
step_public_dependencies() {
    local target=$TARGET/public-dependencies
    command -v jq >/dev/null || install jq
    CARGO_TARGET_DIR=$target cargo +nightly rustdoc -q -p definable-errors --lib \
        --features full,dev,testing -- -Z unstable-options --output-format json --cap-lints allow
    diff <(documented_dependencies) <(public_dependencies "$target/doc/definable_errors.json") || {
        echo "the table of lib.rs (<) lists other crates than occur in the interface (>)" >&2
        return 1
    }
    echo "the table of lib.rs lists all $(documented_dependencies | wc -l) public dependencies"
}

# Prints the crates in the table of the public dependencies.
documented_dependencies() {
    sed -n '/^\/\/! # Public dependencies/,/^\/\/! # [^P]/s/^\/\/! | `\([a-z0-9_-]*\)` |.*/\1/p' \
        definable-errors/src/lib.rs | sort -u
}

# Prints the crates that own a type or a trait of the interface. Implementations that every type has, such
# as those of auto traits, are left out, and a private trait of pin-project-lite. A crate that users know by
# another that re-exports it has its name.
public_dependencies() {
    jq -r '
        .paths as $paths | .external_crates as $crates
        | [.index[] | select(.crate_id == 0)
            | select((.inner.impl? | (.blanket_impl != null or .is_synthetic == true)) | not)
            | .inner | .. | objects | select(has("path") and has("id"))
            | $paths[.id | tostring] | select(. != null and .crate_id != 0)
            | $crates[.crate_id | tostring].name]
        | unique[]' "$1" \
        | grep -vxE 'alloc|core|std|pin_project_lite' \
        | sed 's/_core$//; s/_/-/g; s/^futures$/futures-core/; s/^futures-sink$/futures-util/; s/^serde-json$/serde_json/' \
        | sort -u
}

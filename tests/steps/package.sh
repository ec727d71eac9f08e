# Steps that concern the published packages and what they depend on. `tests/run` reads this file.

# Builds both packages from their tarballs, checks what these contain, and runs the tests in them.
step_package() {
    local package version
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)
    cargo package --allow-dirty -p definable-errors-derive -p definable-errors
    rm -rf "$TARGET/packaged/definable-errors" "$TARGET/packaged/definable-errors-derive"
    for package in definable-errors-derive definable-errors; do
        check_tarball "$TARGET/package/$package-$version.crate"
        unpack "$TARGET/package/$package-$version.crate" "$TARGET/packaged/$package"
    done
    # The derive of this version is not in the registry yet.
    cat >"$TARGET/packaged/Cargo.toml" <<'TOML'
[workspace]
resolver = "3"
members = ["definable-errors", "definable-errors-derive"]
[patch.crates-io]
definable-errors-derive = { path = "definable-errors-derive" }
TOML
    cp Cargo.lock "$TARGET/packaged/"
    (cd "$TARGET/packaged" && CARGO_TARGET_DIR=build cargo test --workspace)
}

# Fails if a tarball has a file that belongs to the repository alone, or lacks one that users expect.
check_tarball() {
    local files unexpected required
    files=$(tar -tzf "$1" | sed 's|^[^/]*/||')
    unexpected=$(grep -vE '^(src/[a-z0-9_/-]+\.(rs|md|css|js|lua)|tests/expand/[a-z]+\.(rs|expanded))$' <<<"$files" \
        | grep -vxE 'Cargo\.(toml|toml\.orig|lock)|(README|CHANGELOG)\.md|LICENSE-(MIT|APACHE)|\.cargo_vcs_info\.json') \
        || true
    [ -z "$unexpected" ] || { printf '%s has unexpected files:\n%s\n' "$1" "$unexpected" >&2; return 1; }
    for required in Cargo.lock README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE src/lib.rs; do
        grep -qx "$required" <<<"$files" || { echo "$1 lacks $required" >&2; return 1; }
    done
    du -h "$1"
}

unpack() {
    mkdir -p "$2"
    tar -xzf "$1" -C "$2" --strip-components=1
}

# Checks the licences of all dependencies, that none has two versions without a reason, and that all are
# from crates.io. The workflow on GitHub checks the advisories, too, because their database is a repository there.
step_deny() {
    local tools=$TARGET/tools
    [ -x "$tools/bin/cargo-deny" ] || cargo install --locked --root "$tools" "cargo-deny@^0.20"
    "$tools/bin/cargo-deny" --all-features check --hide-inclusion-graph \
        -D unmatched-skip -D unnecessary-skip licenses bans sources
}

# Builds every feature but `aws-lc` with the lowest versions that the manifests accept.
step_minimal() {
    library_alone "$TARGET/minimal"
    (cd "$TARGET/minimal" && cargo +nightly update -q -Z direct-minimal-versions \
        && CARGO_TARGET_DIR=build cargo check -p definable-errors --features full,dev,testing)
}

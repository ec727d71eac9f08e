//! Writes a module for every Rust program in the README, for the test that serves them.

use std::error::Error;
use std::fmt::Write;
use std::{env, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = fs::read_to_string(&readme)?;
    let mut modules = String::new();
    for (count, block) in text.split("\n```rust").skip(1).enumerate() {
        let (_, code) = block.split_once('\n').ok_or("a block has lines")?;
        let (code, _) = code.split_once("\n```").ok_or("a block ends")?;
        // The test chooses the port and the secret; nothing else is changed.
        let code = code.replace("\"127.0.0.1:3000\"", "crate::address()");
        let code = code.replace("std::env::var(\"JWT_SECRET\")?", "crate::SECRET");
        write!(
            modules,
            "pub mod program_{count} {{\n{code}\npub fn run() {{ drop(main()) }}\n}}\n"
        )?;
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("readme.rs"), modules)?;
    println!("cargo::rerun-if-changed={}", readme.display());
    Ok(())
}

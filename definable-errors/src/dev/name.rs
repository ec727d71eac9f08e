//! Information in the name of a function.

/// Returns the name without what the compiler adds for closures and async blocks.
pub(super) fn plain(name: &str) -> &str {
    let mut name = name;
    while let Some((before, last)) = name.rsplit_once("::") {
        if !last.starts_with("{{") && !last.starts_with("{closure") {
            break;
        }
        name = before;
    }
    name
}

/// Returns the crate whose code it is. `<T as core::convert::Into<U>>::into` belongs to core.
pub(super) fn crate_of(name: &str) -> &str {
    let Some(inner) = name.strip_prefix('<') else {
        return first_segment(name);
    };
    let inner = inner.strip_prefix("impl ").unwrap_or(inner);
    let (this, of) = inner.split_once(" as ").unwrap_or((inner, ""));
    let this = this.trim_start_matches(['&', '*', '(', '[', '<', ' ']);
    let this =
        this.trim_start_matches("mut ").trim_start_matches("const ").trim_start_matches("dyn ");
    if this.contains("::") { first_segment(this) } else { first_segment(of) }
}

fn first_segment(path: &str) -> &str {
    let end = path.find(|other: char| !other.is_alphanumeric() && other != '_');
    path.split_at(end.unwrap_or(path.len())).0
}

/// Returns the type if the function is a conversion that `#[derive(ApiError)]` wrote. A [bare](is_bare)
/// name has no type, which is the empty one here.
pub(super) fn converted(name: &str) -> Option<&str> {
    if matches!(name, "into_api_error" | "to_api_error") {
        return Some("");
    }
    let methods = ["::into_api_error", "::to_api_error"];
    let (this, of) = methods.iter().find_map(|method| implementation(name, method))?;
    (of.starts_with("definable_errors::") && of.ends_with("::IntoApiError")).then_some(this)
}

/// Returns the type if the function creates a response; the derive writes it beside the conversion.
pub(super) fn responding(name: &str) -> Option<&str> {
    if name == "into_response" {
        return Some("");
    }
    let (this, of) = implementation(name, "::into_response")?;
    of.ends_with("::IntoResponse").then_some(this)
}

/// Splits a method into its type and its trait: `<type as trait>::method`, or, if the
/// implementation is inside of a function or constant, `path::<impl trait for type>::method`.
fn implementation<'a>(name: &'a str, method: &str) -> Option<(&'a str, &'a str)> {
    let name = plain(name).strip_suffix(method)?.strip_suffix('>')?;
    if let Some((_, implementation)) = name.split_once("<impl ") {
        let (of, this) = implementation.split_once(" for ")?;
        return Some((this, of));
    }
    name.strip_prefix('<')?.rsplit_once(" as ")
}

/// Whether it is machinery: the standard library, this library, and what calls them.
pub(super) fn is_machinery(name: &str) -> bool {
    ["std", "core", "alloc", "backtrace", "definable_errors", "__rustc"].contains(&crate_of(name))
}

/// Whether it contains no crate. That is a function of C, which starts the program, or, with
/// `debug = "line-tables-only"`, any function that was inlined.
pub(super) fn is_bare(name: &str) -> bool {
    // The types of a generic function, which follow it, have crates of their own.
    let path = name.find('<').filter(|start| *start > 0).map_or(name, |start| &name[..start]);
    !path.contains("::")
}

/// Whether it belongs to a dependency that only passes a call on.
pub(super) fn is_passing_on(name: &str) -> bool {
    let last = plain(name).rsplit("::").next().unwrap_or_default();
    let last = last.split('<').next().unwrap_or_default();
    last.starts_with("poll") || last.starts_with("call") || last.starts_with("try_poll")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closures_and_async_blocks_have_the_name_of_their_function() {
        assert_eq!(plain("shop::pay::{{closure}}::{{closure}}"), "shop::pay");
        assert_eq!(plain("shop::pay::{closure#0}"), "shop::pay");
        assert_eq!(plain("<shop::A as shop::B>::c"), "<shop::A as shop::B>::c");
    }

    #[test]
    fn a_name_tells_its_crate() {
        for (name, expected) in [
            ("shop::orders::pay", "shop"),
            ("<shop::Order as core::fmt::Display>::fmt", "shop"),
            ("<&mut dyn shop::Order as core::fmt::Display>::fmt", "shop"),
            ("<T as core::convert::Into<U>>::into", "core"),
            ("<F as axum::handler::Handler<(M, T1), S>>::call::{{closure}}", "axum"),
            (
                "<core::result::Result<T, E> as definable_errors::error::ResultExt<T>>::or_internal",
                "core",
            ),
            ("<alloc::boxed::Box<F,A> as core::ops::function::Fn<Args>>::call", "alloc"),
            ("main", "main"),
        ] {
            assert_eq!(crate_of(name), expected, "{name}");
        }
    }

    #[test]
    fn machinery_is_known() {
        for name in [
            "std::panicking::rust_panic_with_hook",
            "__rustc::rust_begin_unwind",
            "core::option::unwrap_failed",
            "definable_errors::dev::stack::capture",
            "<definable_errors::error::ApiError as core::convert::From<E>>::from",
        ] {
            assert!(is_machinery(name), "{name}");
        }
        assert!(is_bare("__libc_start_main") && is_bare("poll<shop::Orders>"));
        assert!(!is_bare("shop::handler") && !is_bare("<T as core::convert::Into<U>>::into"));
        assert!(!is_machinery("shop::handler") && !is_machinery("sqlx::query::fetch_one"));
        assert!(is_passing_on("tokio::task::Core<T,S>::poll::{{closure}}"));
    }

    #[test]
    fn what_the_derive_writes_is_known() {
        let derived =
            "<shop::OrderError as definable_errors::error::convert::IntoApiError>::into_api_error";
        assert_eq!(converted(derived), Some("shop::OrderError"));
        let by_reference = "shop::_::<impl definable_errors::error::convert::IntoApiError for shop::OrderError>::to_api_error";
        assert_eq!(converted(by_reference), Some("shop::OrderError"));
        let generic = "<shop::E<T> as definable_errors::error::IntoApiError>::into_api_error";
        assert_eq!(converted(generic), Some("shop::E<T>"));
        let response =
            "<shop::OrderError as axum_core::response::into_response::IntoResponse>::into_response";
        assert_eq!(responding(response), Some("shop::OrderError"));
        let nested = "shop::_::<impl axum_core::response::into_response::IntoResponse for shop::OrderError>::into_response";
        assert_eq!(responding(nested), Some("shop::OrderError"));
        for name in [
            "shop::into_api_error",
            "<shop::E as shop::IntoApiError>::into_api_error",
            "<shop::Owner as definable_errors::guard::Guard>::check::{{closure}}",
            response,
        ] {
            assert_eq!(converted(name), None, "{name}");
        }
    }
}

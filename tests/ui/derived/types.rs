//! Tests of the problem types that an error declares.

use std::fmt::{Debug, Display};

use definable_errors::problem::{ProblemType, ProblemTypes};
use definable_errors::{ApiError, IntoApiError};

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "leaf")]
enum Leaf {
    #[error("one")]
    #[api(status = 404)]
    One,
    #[error("two {0}")]
    #[api(status = 404)]
    Two(u8),
}

#[derive(Debug, thiserror::Error, ApiError)]
enum Tree<A, B> {
    #[error(transparent)]
    #[api(transparent)]
    Left(A),
    #[error("own")]
    #[api(status = 404)]
    Own,
    #[error(transparent)]
    #[api(transparent)]
    Right { inner: B },
}

#[derive(Debug, thiserror::Error, ApiError)]
#[error("value {0}")]
#[api(status = 400)]
struct Bad<T>(#[api(member = "value")] T);

#[derive(Debug, thiserror::Error, ApiError)]
enum Never {}

fn codes<E: ProblemTypes>() -> Vec<&'static str> {
    E::TYPES.iter().map(ProblemType::code).collect()
}

#[test]
fn types_are_in_the_order_of_variants() {
    assert_eq!(codes::<Leaf>(), ["leaf_one", "leaf_two"]);
}

#[test]
fn transparent_types_follow_the_own() {
    assert_eq!(codes::<Tree<Leaf, Bad<u8>>>(), ["own", "leaf_one", "leaf_two", "bad"]);
    assert_eq!(codes::<Tree<Tree<Never, Bad<u8>>, ApiError>>(), ["own", "own", "bad"]);
}

#[test]
fn empty_enum_declares_no_types() {
    assert_eq!(codes::<Never>(), [""; 0]);
}

#[test]
fn types_are_known_without_the_bounds_of_the_conversion() {
    // `Bad<T>` converts only if `T` can be serialized, but always declares its types.
    struct Opaque;
    assert_eq!(codes::<Bad<Opaque>>(), ["bad"]);
}

#[test]
fn all_instances_of_a_generic_type_share_their_types() {
    let (one, two) = (Bad(1).into_api_error(), Bad("x").into_api_error());
    let (one, two) = (one.problem().problem_type(), two.problem().problem_type());
    assert!(std::ptr::eq(one, two));
}

#[test]
fn derived_error_is_a_response() {
    fn is_response<E: IntoApiError + definable_errors::__private::IntoResponse>(_: E) {}
    fn deep<T>(value: T)
    where
        T: Debug + Display + definable_errors::__private::Serialize + Send + Sync + 'static,
    {
        is_response(Bad(value));
    }
    is_response(Leaf::One);
    deep(1);
}

#[test]
fn codes_of_errors_were_declared() {
    type Wood = Tree<Leaf, Bad<u8>>;
    let reported: [Wood; 4] =
        [Tree::Left(Leaf::One), Tree::Left(Leaf::Two(2)), Tree::Own, Tree::Right { inner: Bad(1) }];
    let reported = reported.map(|error| error.into_api_error().problem().code());
    assert_eq!(reported, ["leaf_one", "leaf_two", "own", "bad"]);
    assert!(reported.iter().all(|code| codes::<Wood>().contains(code)));
}

//! The problem types of axum-extra's extractors and rejections, and its plain responses.

use axum_extra::either::{Either, Either3, Either4, Either5, Either6, Either7, Either8};
use axum_extra::extract::cookie::{CookieJar, PrivateCookieJar, SignedCookieJar};
use axum_extra::extract::rejection::HostRejection;
use axum_extra::extract::{
    Cached, Form, FormRejection, JsonDeserializer, JsonDeserializerRejection, OptionalQuery,
    OptionalQueryRejection, Query, QueryRejection, WithRejection,
};
use axum_extra::json_lines::{AsExtractor, AsResponse, JsonLines};
use axum_extra::typed_header::{TypedHeader, TypedHeaderRejection};

use super::HandlerOutput;
use super::axum_types::{FORM, JSON, QUERY, problem_types};
use crate::problem::{BAD_REQUEST, ProblemTypes, Types};

const UNREADABLE: Types = Types { own: &[&BAD_REQUEST], others: &[] };

problem_types! { UNREADABLE; [T] TypedHeader<T>, [] TypedHeaderRejection, [] HostRejection }
problem_types! { QUERY;
    [T] Query<T>,
    [] QueryRejection,
    [T] OptionalQuery<T>,
    [] OptionalQueryRejection,
}
problem_types! { FORM; [T] Form<T>, [] FormRejection }
problem_types! { JSON; [T] JsonDeserializer<T>, [] JsonDeserializerRejection }
problem_types! { Types::EMPTY;
    [] CookieJar,
    [K] SignedCookieJar<K>,
    [K] PrivateCookieJar<K>,
    // A line that is not valid is an item of the stream.
    [S] JsonLines<S, AsExtractor>,
}

/// axum-extra deprecated these without a replacement, and services use them.
#[expect(deprecated, reason = "they are used as long as they exist")]
mod deprecated {
    use axum_extra::extract::{Host, Scheme, SchemeMissing};

    use super::{UNREADABLE, problem_types};

    problem_types! { UNREADABLE; [] Host, [] Scheme, [] SchemeMissing }
}

impl<T: ProblemTypes> ProblemTypes for Cached<T> {
    const TYPES: Types = T::TYPES;
}

/// The rejection of the extractor is converted into `R`.
impl<E, R: ProblemTypes> ProblemTypes for WithRejection<E, R> {
    const TYPES: Types = R::TYPES;
}

/// The rejection is that of the last extractor; those of the others are dropped. As a return type,
/// it may be any of the responses.
macro_rules! either {
    ($either:ident: $($one:ident)+, $last:ident) => {
        impl<$($one,)+ $last: ProblemTypes> ProblemTypes for $either<$($one,)+ $last> {
            const TYPES: Types = $last::TYPES;
        }

        impl<$($one: HandlerOutput,)+ $last: HandlerOutput> HandlerOutput
            for $either<$($one,)+ $last>
        {
            const TYPES: Types = Types { own: &[], others: &[$($one::TYPES,)+ $last::TYPES] };
        }
    };
}

either!(Either: A, B);
either!(Either3: A B, C);
either!(Either4: A B C, D);
either!(Either5: A B C D, E);
either!(Either6: A B C D E, F);
either!(Either7: A B C D E F, G);
either!(Either8: A B C D E F G, H);

macro_rules! outputs {
    ($([$($generics:tt)*] $output:ty),+ $(,)?) => {
        $(
            impl<$($generics)*> HandlerOutput for $output {
                const TYPES: Types = Types::EMPTY;
            }
        )+
    };
}

outputs! {
    [T] Form<T>,
    [T] TypedHeader<T>,
    [] CookieJar,
    [K] SignedCookieJar<K>,
    [K] PrivateCookieJar<K>,
    [S] JsonLines<S, AsResponse>,
}

//! The guide: how to build a service with this library, topic by topic.
//!
//! The documentation of each module explains what the module does. The pages here start from a task,
//! show the code for it, and link to the modules. Every example is compiled, and most of them are run,
//! by the tests of the library.
//!
//! | page | it answers |
//! |---|---|
//! | [`getting_started`] | How do I get a service with good errors in five minutes? |
//! | [`how_it_works`] | Which way does an error take, and in which order are the layers? |
//! | [`error_types`] | Which errors do I declare, and what do clients see of them? |
//! | [`handlers`] | What does a handler return, and how do errors of other crates get there? |
//! | [`codes`] | How do clients rely on codes, and how do I change one? |
//! | [`validation`] | How do I check input, and report every mistake at once? |
//! | [`access`] | Who is the caller, and what may they do? |
//! | [`limits`] | How do I limit bodies, time, load and rates, also behind a proxy? |
//! | [`upstream_services`] | How do I call other services? |
//! | [`streams`] | What happens to an error after the head of the response? |
//! | [`observability`] | How do operators find an error, and its cause? |
//! | [`development_mode`] | What do developers see, and why do clients never see it? |
//! | [`testing`] | How do I test errors? |
//! | [`languages`] | How do clients read errors in their own language? |
//! | [`extending`] | How do I write a guard, an extractor, or a reporter? |
//! | [`moving`] | What changes on the wire when an existing service adopts the library? |
//! | [`migrating`] | How does code for other approaches translate? |
//! | [`glossary`] | What does a term mean? |

#[doc = include_str!("access.md")]
pub mod access {}
#[doc = include_str!("codes.md")]
pub mod codes {}
#[doc = include_str!("development_mode.md")]
pub mod development_mode {}
#[doc = include_str!("error_types.md")]
pub mod error_types {}
#[doc = include_str!("extending.md")]
pub mod extending {}
#[doc = include_str!("getting_started.md")]
pub mod getting_started {}
#[doc = include_str!("glossary.md")]
pub mod glossary {}
#[doc = include_str!("handlers.md")]
pub mod handlers {}
#[doc = include_str!("how_it_works.md")]
pub mod how_it_works {}
#[doc = include_str!("languages.md")]
pub mod languages {}
#[doc = include_str!("limits.md")]
pub mod limits {}
#[doc = include_str!("migrating.md")]
pub mod migrating {}
#[doc = include_str!("moving.md")]
pub mod moving {}
#[doc = include_str!("observability.md")]
pub mod observability {}
#[doc = include_str!("streams.md")]
pub mod streams {}
#[doc = include_str!("testing.md")]
pub mod testing {}
#[doc = include_str!("upstream_services.md")]
pub mod upstream_services {}
#[doc = include_str!("validation.md")]
pub mod validation {}

//! The diagnosis of an input that was rejected: all of its mistakes at once.
//!
//! Serde stops at the first mistake. A request is read in one pass; only if that fails is its input
//! parsed once more, into a tree, and the same `Deserialize` is replayed over the tree. Where a value
//! is not what the type requests, the fault is noted, a placeholder is shown in its place, and the
//! replay continues. It also continues after mistakes that an earlier replay taught how to recognize,
//! such as further unknown names in objects of one type. Any other mistake ends the replay with an
//! error of serde; its fault is noted, and the next replay gets further. The search ends with the
//! replay that the type accepts, or at a limit.
//!
//! The [glossary](#glossary) explains the terms.
//!
//! # An example
//!
//! ```ignore
//! #[derive(Deserialize)]
//! struct Payment { id: u32, #[serde(flatten)] card: Card }
//!
//! #[derive(Deserialize)]
//! struct Card { year: u16, month: u8, holder: String }
//! ```
//!
//! A client sends `{"id":"x","year":"y","month":"y"}`. Four things are wrong.
//!
//! 1. *Tree.* `Tree::json` reads an object, node 0, with the members 1 (`id`), 2 (`year`) and
//!    3 (`month`). Nodes are numbered in the order of the text, a list or an object before its content.
//! 2. *First replay.* `Payment` reads the members of node 0. For `id` it requests a `u32`, and the text
//!    `"x"` is not one: the **fault** `type integer` is noted at the **target** `At(1)`, and a
//!    **placeholder**, the number 1, is shown to the visitor, which accepts it. The other members
//!    belong to `Card`, so serde **buffers** them without a request. When all members are read, `Card`
//!    reads the buffer, and `u16` rejects the text `"y"`. Serde no longer knows where it was; the error
//!    comes out of node 0. It becomes a **complaint** without a place: the text `"y"` where an
//!    integer up to 65535 is expected.
//! 3. *Attribution.* Two buffered values are the text `"y"`: the **candidates** are `At(2)` and `At(3)`.
//!    The **group test** shows a placeholder at `At(2)` and replays. Now there is another complaint,
//!    about an integer up to 255, so the first one was about `At(2)`. Its fault is noted.
//! 4. *Second replay.* The complaint about an integer up to 255 comes again, and only `At(3)` is
//!    left as a candidate, because a placeholder is shown at `At(2)`: its fault is noted without a test.
//! 5. *Third replay.* `Card` lacks the field `holder`. Only node 0 can lack it: the fault `required` is
//!    noted at the target `Missing(0, "holder")`, and the object gets a member with a placeholder.
//! 6. *Fourth replay.* It is accepted, and the search ends. The value, with its placeholders, is checked
//!    against the rules of the service, but a rule that depends on a placeholder is not reported.
//! 7. *Report.* The faults become the violations `#/id`, `#/year` and `#/month` (`type`, with `expected`) and
//!    `#/holder` (`required`), in the order of the input; missing members follow those of their object.
//!
//! # A second example
//!
//! ```ignore
//! #[derive(Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Item { name: String, tags: Vec<String> }
//! ```
//!
//! Serde buffers nothing for this type, so no group test is needed. A client sends
//! `{"nmae":"x","tags":[7]}`: node 0 has the members 1 (`nmae`) and 2 (`tags`), whose element is node 3.
//!
//! 1. *First replay.* `Item` rejects the name `nmae` when it is read. The fault `unknown_field` is noted
//!    at `At(1)`, the member is **dropped**, and the replay ends, because serde has returned an error.
//!    It is also noted that `Item` is **strict**: from now on, unknown names in objects of this type,
//!    including this one, are noted without ending a replay.
//! 2. *Second replay.* Node 1 is left out. For node 3 a `String` is requested, and `7` is not one: the
//!    fault `type string` is noted at `At(3)`, and a placeholder is shown: the text `"a"`, whatever the
//!    client sent elsewhere. The list is read to its end. `Item` then reports that `name` is missing. The
//!    complaint comes out of node 0, so its only candidate is `Missing(0, "name")`: the fault
//!    `required` is noted there. It is also noted that `Item` requires `name`.
//! 3. *Third replay.* The object gets the member `name` with a placeholder, after the members of the
//!    input. The placeholder of node 3 was accepted before, so node 3 is **skipped**. The type accepts
//!    the rest.
//! 4. *Fourth replay.* Nothing is skipped, so the rules of the service see a complete value.
//! 5. *Report.* The violations are `#/nmae` (`unknown_field`, with the `suggestion` `name`, which is
//!    near enough), `#/tags/0` (`type`) and `#/name` (`required`).
//!
//! With a member `"extra"` after `tags`, the second replay would also have noted its name, and gone on
//! without it. A `null` in `tags` would be a fault like that of `7`.
//!
//! The unit tests of `diagnose.rs` contain both examples.
//!
//! # The end of a replay
//!
//! | outcome | reason | what is next |
//! |---|---|---|
//! | accepted | the type accepts the input with its placeholders | the end; if elements were skipped, `replay` first replays everything for the value |
//! | noted | `replay` knew the place of the error, and has noted the fault, or what it has learned about the type | the next replay |
//! | complaint | serde's error came from a buffer, or out of an object or a list, and its place is not known | `search` looks for the target; then the next replay |
//! | ended | a limit is reached, or no placeholder is left to try | the end |
//!
//! A complaint about a placeholder or about the way in which a text is shown is not the client's
//! mistake: the next replay shows another value (`search/adjustments.rs`).
//!
//! # Folders
//!
//! - `input`: the tree of the input, and the readers of JSON and of pairs.
//! - `serde_error`: what serde's errors contain, and everything that relies on serde's private names.
//! - `state`: the findings, the placeholders, the skipped elements, the limits.
//! - `replay`: the deserializer. `map.rs`, `seq.rs` and `variant.rs` note what is wrong in objects, lists
//!   and enums, `scalar.rs` what is wrong with a single value.
//! - `search`: the loop of replays (`attribution.rs`), and what it tries when a place is not known.
//! - `report`: faults as violations, at the places and in the names of the client.
//!
//! # Glossary
//!
//! - *Alias*: another name of a field. `#[derive(Deserialize)]` lists it among the fields, where it looks
//!   like a field of its own, until an object with this name lacks the field.
//! - *Actual*, *expected*: the two halves of serde's "invalid type": what the value is, and what the
//!   type accepts.
//! - *Adjacent content*: the value beside the tag of an enum with `tag` and `content`.
//! - *Attribution*: finding the target of a complaint.
//! - *Buffer*: where serde stores values for `flatten` and for tagged and untagged enums, until it
//!   knows their type. A buffer contains no places.
//! - *Candidate*: a target that a complaint can be about.
//! - *Complaint*: an error of serde, taken apart. It may contain what the client sent, so it never
//!   leaves this module.
//! - *Deferred*: a member that is read after the others, because it is known to end the replay, which
//!   would hide their mistakes.
//! - *Dropped*: a member or an element that is left out of all later replays, because its key is
//!   rejected, it occurs twice, or no placeholder is accepted in its place.
//! - *Fault*: what is wrong at a target, in terms that a client may know.
//! - *Findings*: everything that replays have found out.
//! - *Placeholder*: the value that is shown in place of a wrong or missing one.
//! - *Replay*: one run of the `Deserialize` of a type over the tree.
//! - *Rules of the service*: the checks on the finished value, such as `Rules` of the module `extract`.
//! - *Skipped*: an element of a list or a map that an earlier replay has read to its end. Only a replay
//!   that looks for further mistakes skips it; the one that makes the value does not.
//! - *Step*: the unit in which the work is limited: each value that a replay reads takes one.
//! - *Strict*: a type that is known to reject unknown names.
//! - *Target*: a node of the tree (`At`), or a member that an object lacks (`Missing`).
//!
//! # What is promised
//!
//! - No violation is wrong or invented: each one is a mistake at its place. If the target of a
//!   complaint cannot be found, the whole value from which it came is reported, as `invalid` if nothing
//!   more is known; but if it contains placeholders, they may be the reason, and it is replaced without
//!   a violation.
//! - No submitted value gets into a [`Violation`](crate::problem::Violation).
//! - The work is bounded (`state/limits.rs`): by a number of steps that grows with the input up to a
//!   constant, by the number of noted places, and by the depth of values. If a limit ends the search,
//!   the response says so.
//!
//! # What the search consists of
//!
//! The corpus (`tests/wire/corpus`) plants 4,789 mistakes; 4,674 are found. Each mechanism was switched
//! off alone, and the corpus counted again. A mechanism stays if it finds much for its lines, or if
//! without it something would be wrong or invented, in the corpus or in a test, or the work would grow.
//! With a negative figure, more mistakes are found without the mechanism, at the price in the last
//! column:
//!
//! | mechanism | lines | found only by it | without it |
//! |---|--:|--:|---|
//! | group test of several candidates (`search/group_test.rs`) | 70 | 136 | 7 are wrong |
//! | errors of variants that serde's message of an untagged enum hides (`search/variants.rs`) | 30 | 58 | |
//! | missing elements of a struct in a list (`replay/seq.rs`) | 4 | 37 | |
//! | deferred members (`replay/member_order.rs`) | 45 | 36 | |
//! | changed type of a placeholder (`search/placeholders.rs`) | 40 | 30 | 18 are invented |
//! | elements that are left out of lists | 8 | 28 | |
//! | rare texts as placeholders | 15 | 9 | |
//! | the object itself as the last candidate for a wrong value | 3 | 7 | 7 are wrong |
//! | unknown names of fields that are not strings | 4 | 7 | |
//! | names of variants where a text was requested | 14 | 6 | 5 are wrong |
//! | numbers that the input does not contain | 15 | 3 | values beside them are invented |
//! | members added to placeholders | 16 | 1 | 10 are invented |
//! | replacing an object with a wrong tag | 40 | −7 | 82 are invented, 2 are wrong |
//! | replacing a rejected value that contains placeholders | 6 | −3 | 39 are invented |
//! | another variant for a placeholder of a tag | 8 | −2 | its fields are invented |
//! | fields of one type are expected together (`FieldId`) | 8 | 0 | 14 are invented |
//! | content of adjacently tagged enums is not known to be required | 8 | 0 | 14 are invented |
//! | fields under an alias that the type does not list | 8 | 0 | searches end at the limits |
//! | names that may be aliases of a missing field (`other_names`) | 25 | 0 | a field that was sent under its alias is reported as missing |
//! | tuples, whose elements are not left out | 5 | 0 | elements beside the wrong one are wrong |
//! | texts of their own for placeholders | 3 | 0 | values beside them are invented |
//! | second numbers as placeholders | 2 | 0 | a rejected number hides other mistakes |
//! | limit of the changes of a placeholder | 5 | 0 | searches end at the limits |
//! | buffered texts (`search/texts.rs`) | 120 | 0 | texts that are valid in a query are reported |
//! | no missing field of a type that has no such field (`search/candidates.rs`) | 6 | 0 | three more replays for each in adjacent content |
//! | known required fields, strict types, skipped elements | 110 | 0 | the work grows faster than the input |
//!
//! These were removed:
//!
//! | mechanism | lines | found only by it |
//! |---|--:|--:|
//! | probing which buffered part a message without a place is about | 290 | 74 |
//! | testing again what a test found | 50 | 0 |
//! | values of other items of a list as placeholders | 40 | 0 |
//! | reading the tag before the content | 20 | 0 |
//! | testing a single candidate | 15 | 3 |
//! | further values of numbers, lists and unknown types as placeholders | 19 | 0 |
//! | learning the type of a placeholder from its own error | 8 | 0 |

mod diagnose;
mod input;
mod replay;
mod report;
mod search;
mod serde_error;
mod state;

pub(crate) use self::diagnose::{diagnose, read_texts};
pub(crate) use self::input::{Malformed, Origin, Tree};
pub(crate) use self::report::{
    Diagnosis, Found, Located, Order, RootNames, Step, WirePath, field_names,
};
pub(crate) use self::state::Budget;

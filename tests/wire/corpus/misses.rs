//! Mistakes that are not found, and why. Each reason is a row of a table in the docs of `extract`.

/// A mistake that is reported only as `invalid`, only around its place, or not at all.
pub(super) struct KnownMiss {
    pub(super) shape: &'static str,
    /// The violation that should be reported; everything at and below a place if it ends with `/*`.
    pub(super) lost: &'static str,
    pub(super) beside: Beside,
    /// The number of bodies in which it is missed.
    pub(super) times: usize,
    pub(super) reason: &'static str,
}

/// What else has to be wrong for the miss.
pub(super) enum Beside {
    Anything,
    Reported(&'static str),
}

use Beside::{Anything, Reported};

const TAG: &str = "the rest of an object whose tag is wrong or missing";
const SEVERAL: &str = "a part of an untagged value that several variants could take";
const NOTHING: &str =
    "a missing field, or a broken rule, beside a value that nothing can stand in for";
const PART: &str = "what a type says of several values at once, while one of them is wrong";
const WHOLE: &str = "what a type says of several values at once in a flattened or tagged one";

const OWN_WORDS: &str =
    "a part of a flattened or tagged value whose type rejects it with a message of its own";

const fn miss(
    shape: &'static str,
    lost: &'static str,
    beside: Beside,
    times: usize,
    reason: &'static str,
) -> KnownMiss {
    KnownMiss { shape, lost, beside, times, reason }
}

const JUDGED: &str = "tagged values that are judged as a whole";
const STRICT: &str = "internally tagged enums that take nothing else";
const ACCOUNTS: &str = "untagged: several objects";
const FLAT_IDS: &str = "flattened uuids and times";
const FLAT_ID_LISTS: &str = "lists of flattened uuids and times";
const TAGGED_IDS: &str = "tagged uuids, dates and URLs";
const PLATES: &str = "texts that only their type can make";

pub(super) const KNOWN_MISSES: &[KnownMiss] = &[
    miss(
        "a flattened tagged enum",
        "#/address required",
        Reported("#/kind one_of mail|phone"),
        1,
        TAG,
    ),
    miss("a flattened tagged enum", "#/address required", Reported("#/kind required"), 1, TAG),
    miss(
        "geometry",
        "#/2/geometry/coordinates/*",
        Reported("#/2/geometry/type one_of Point|LineString|Polygon ?Polygon"),
        2,
        TAG,
    ),
    miss(
        "lists of internally tagged enums",
        "#/0/*",
        Reported("#/0/type one_of heading|list|image ?heading"),
        4,
        TAG,
    ),
    miss(STRICT, "#/1/*", Reported("#/1/op one_of set|delete"), 4, TAG),
    miss(STRICT, "#/1/*", Reported("#/1/op required"), 2, TAG),
    miss(ACCOUNTS, "#/to/bank type integer", Anything, 4, SEVERAL),
    miss("one or many of serde_with", "#/to/0 type string", Anything, 3, SEVERAL),
    miss(ACCOUNTS, "#/cents required", Anything, 3, NOTHING),
    miss(PLATES, "#/size required", Reported("#/plate invalid"), 1, NOTHING),
    miss(PLATES, "#/size required", Reported("#/plate type string"), 2, NOTHING),
    miss("flags in a text", "#/user required", Anything, 2, NOTHING),
    miss(JUDGED, "#/0/note type string", Reported("#/0/during/to required"), 2, NOTHING),
    miss(JUDGED, "#/1 invalid", Reported("#/1/from required"), 2, PART),
    miss(
        "a Deserialize through another struct",
        "#/period invalid",
        Reported("#/period/last range 0..4294967295"),
        1,
        PART,
    ),
    miss(FLAT_IDS, "#/*", Anything, 18, OWN_WORDS),
    miss(FLAT_ID_LISTS, "#/*", Anything, 21, OWN_WORDS),
    miss(TAGGED_IDS, "#/*", Anything, 33, OWN_WORDS),
    miss(JUDGED, "#/0/during/to required", Reported("#/0/during/from type string"), 1, NOTHING),
    miss(JUDGED, "#/0/note type string", Reported("#/0/during/from type string"), 1, NOTHING),
    miss(JUDGED, "#/0/during invalid", Anything, 6, WHOLE),
    miss(JUDGED, "#/0/note type string", Reported("#/0/during invalid"), 2, WHOLE),
];

//! Words of sentences about secrets, which are not secrets: "token is missing", "password too
//! short".

const WORDS: &str = "
    a an the is are was were be been being has have had having do does did not no nor and or but if in
    on at of for from to by with without as than then that this these those it its which who whose
    when while where because since until after before during via per over under into onto out off up
    down so such any all both each some other another same new old own only already still yet again
    also never always now later here there too very more most less least
    missing expired expires invalid required empty blank absent present found given provided set unset
    supplied sent received expected unexpected malformed wrong incorrect correct bad good valid
    verified rejected refused accepted revoked denied fail failed fails failure error errors mismatch
    mismatched matches match matched changed change reset short long weak strong large small must may
    might can cannot could should would will need needs exceeded exceeds supported unsupported known
    unknown unavailable available disabled enabled active inactive allowed forbidden ok okay
    exist exists existing characters character chars digits letters bits minutes seconds hours days
    authentication authorization auth authenticated authorized verification validation validator
    validators parser parse parsing parsed stream type types endpoint endpoints field fields header
    headers parameter parameters value values name names named hash hashes hashing hashed policy
    policies length format encoding encoded signature signing issuer audience subject claim claims
    scope scopes bucket buckets limit limits limited count counts rotation refresh store storage
    manager provider service server client clients user users file files path key keys id ids data
    string strings number numbers bytes byte line column table row index constraint violates relation
    database pool connection connections closed open opened timed timeout timeouts request requests
    response rate cache cached handler middleware layer config configuration setting settings
    environment variable variables mode used unused use using reused reuse stolen leaked issued
    created deleted stored encrypted decrypted decoded read write written loaded ended lost broken
    credentials credential token tokens password passwords secret secrets session sessions cookie
    cookies challenge realm scheme access login logout account accounts payload object exchange
    exception problem family generation source end start begin
";

/// The beginnings of statements about a secret: "password: too short".
const STATEMENTS: &str = "
    is was are must may can cannot not no none too missing expired expires invalid required empty blank
    absent unset incorrect wrong malformed mismatch mismatched unknown unsupported rejected denied
    failed expected unexpected
";

/// Whether a word is an ordinary one in a sentence about secrets.
pub(super) fn has(word: &str) -> bool {
    WORDS.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether a statement about a secret begins with this word.
pub(super) fn is_statement(word: &str) -> bool {
    STATEMENTS.split_ascii_whitespace().any(|known| known == word)
}

//! The translation of a whole problem.

use super::{AcceptLanguage, Message, Translate};
use crate::problem::{LanguageTag, Localization, Problem};

/// Returns the problem in the best language for a client. Texts that are not translated stay.
pub(crate) fn translated(
    problem: &Problem,
    translator: &dyn Translate,
    accepted: &AcceptLanguage,
) -> Problem {
    let default = translator.languages().first();
    let Some(language) = translator.choose(accepted).or_else(|| default.cloned()) else {
        return problem.clone();
    };
    let localization = localization(problem, translator, language);
    if !is_empty(&localization) || Some(&localization.language) == default {
        return problem.clone().localized(localization);
    }
    // Nothing was translated, so the texts are in the language of the service.
    match default {
        Some(default) => {
            problem.clone().localized(Localization { language: default.clone(), ..localization })
        }
        None => problem.clone(),
    }
}

fn localization(
    problem: &Problem,
    translator: &dyn Translate,
    language: LanguageTag,
) -> Localization {
    let translate = |message: &Message<'_>| {
        let text = translator.translate(&language, message);
        text.filter(|text| !text.trim().is_empty())
    };
    let title = translate(&Message::title(problem.problem_type()));
    let detail = Message::detail(problem).and_then(|message| translate(&message));
    let violations = problem.violations().iter();
    let violations =
        violations.map(|violation| translate(&Message::violation(violation))).collect();
    // Most types have no detail of their own: theirs is the title.
    let detail = detail.or_else(|| {
        if problem.detail() == problem.problem_type().title() { title.clone() } else { None }
    });
    Localization { language, title, detail, violations }
}

fn is_empty(localization: &Localization) -> bool {
    let Localization { title, detail, violations, language: _ } = localization;
    title.is_none() && detail.is_none() && violations.iter().all(Option::is_none)
}
